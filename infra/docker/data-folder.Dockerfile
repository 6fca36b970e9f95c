# A server's image plus a data folder that its user may write to. A named volume gets the owner of the folder it is
# mounted on, and belongs to root if the image has no such folder.
ARG IMAGE=scratch
FROM ${IMAGE}
ARG OWNER
USER root
RUN mkdir -p /var/lib/sluice && chown "${OWNER:?say who owns the data: --build-arg OWNER=uid:gid}" /var/lib/sluice
USER ${OWNER}
