import type { InstallJob } from './install-job.ts';

/**
 * Downloads a package and its missing packages, and unpacks them without installing, so it needs no root. In a new container without
 * package lists, it downloads those to a separate folder.
 */
const fetchPackages = `
  if ! apt-cache show "$PACKAGE" >/dev/null 2>&1; then
    mkdir -p "$WORK/lists/partial"
    printf 'Dir::State::lists "%s/lists";\\nDir::Cache::pkgcache "";\\nDir::Cache::srcpkgcache "";\\n' "$WORK" > "$WORK/apt.conf"
    export APT_CONFIG="$WORK/apt.conf"
    apt-get update
  fi
  cd "$WORK"
  apt-get download $(apt-get install -s --no-install-recommends "$PACKAGE" | sed -n 's/^Inst \\([^ ]*\\).*/\\1/p')
  for package in *.deb; do dpkg-deb -x "$package" "$FILES"; done
`;

/** Unpacks a package of Debian's, with those that it needs and this machine lacks, into `job.files`. */
export const aptPackages = (job: InstallJob, name: string): Promise<void> =>
  job.run('/bin/sh', ['-ec', fetchPackages], { WORK: job.work, FILES: job.files, PACKAGE: name });
