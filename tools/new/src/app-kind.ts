/** A kind of app, and the smallest running one of that kind, which is copied. */
export interface AppKind {
  kind: 'sink' | 'source' | 'processor';
  /** Under `apps/`. */
  folder: string;
  template: string;
  /** What of the template is about itself, by path in its folder. */
  own: readonly string[];
}

/** `main.int.spec.ts` says what the template does as a process; `npm run generate` writes `.env.example`. */
const ownOfAll = ['package.json', '.env.example', 'src/main.int.spec.ts', 'src/index.ts'];

export const appKinds: Readonly<Record<AppKind['kind'], AppKind>> = {
  sink: { kind: 'sink', folder: 'apps/sinks', template: 'stdout', own: ownOfAll },
  source: {
    kind: 'source',
    folder: 'apps/sources',
    template: 'json-lines',
    own: [...ownOfAll, 'src/examples.unit.spec.ts'],
  },
  processor: { kind: 'processor', folder: 'apps/processors', template: 'iot-enrich', own: ownOfAll },
};
