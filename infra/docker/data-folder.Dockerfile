# A server's own image plus a data folder that its user may write to: a named volume takes over the owner of the folder
# it is mounted on, and belongs to root where the image has none.
ARG IMAGE=scratch
FROM ${IMAGE}
ARG OWNER
USER root
RUN mkdir -p /var/lib/sluice && chown "${OWNER:?say who owns the data: --build-arg OWNER=uid:gid}" /var/lib/sluice
USER ${OWNER}
