{{/* sources/iot → source */}}
{{- define "sluice.role" -}}
{{- regexReplaceAll "s/.*$" .Values.app "" -}}
{{- end }}

{{/* sources/iot → iot-source, the name of its image too */}}
{{- define "sluice.component" -}}
{{- printf "%s-%s" (base .Values.app) (include "sluice.role" .) -}}
{{- end }}

{{/* The release's name, with the app's where the release is not named for it. At most 52 characters, as Kubernetes adds to it. */}}
{{- define "sluice.name" -}}
{{- $component := include "sluice.component" . -}}
{{- if eq .Release.Name (base .Values.app) -}}
{{- $component -}}
{{- else if contains $component .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $component | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ include "sluice.component" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/component: {{ include "sluice.role" . }}
app.kubernetes.io/part-of: sluice
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "sluice.image" -}}
{{- $name := printf "%s/%s" .Values.image.registry (include "sluice.component" .) -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end }}

{{/* Refuses what a schema cannot. Each message says what to change. */}}
{{- define "sluice.validate" -}}
{{- if eq .Values.app "" -}}
{{- fail "app is not set: pass a file of infra/k8s/values, as -f infra/k8s/values/elasticsearch.yaml" -}}
{{- end -}}
{{- $role := include "sluice.role" . -}}
{{- if and (eq $role "source") (gt (int .Values.replicas) 1) -}}
{{- fail (printf "replicas is %d, but %s is a source, which runs once: set it to 1, as a second process takes over from the first" (int .Values.replicas) .Values.app) -}}
{{- end -}}
{{- if and (eq $role "source") .Values.scaling.enabled -}}
{{- fail (printf "scaling is on, but %s is a source, which runs once: set scaling.enabled to false" .Values.app) -}}
{{- end -}}
{{- if and (eq .Values.workload "DaemonSet") (ne .Values.app "sources/host-metrics") -}}
{{- fail (printf "workload is DaemonSet, but only sources/host-metrics runs on each node: use Deployment for %s" .Values.app) -}}
{{- end -}}
{{- range $name, $value := .Values.env -}}
{{- if regexMatch "(PASSWORD|TOKEN|SECRET|API_KEY)$" $name -}}
{{- fail (printf "env.%s is a secret in plain text: put it into a Secret, and name that in secretEnv.%s" $name $name) -}}
{{- end -}}
{{- if hasKey $.Values.secretEnv $name -}}
{{- fail (printf "%s is in env and in secretEnv: keep one of the two" $name) -}}
{{- end -}}
{{- end -}}
{{- range tuple "KAFKA_BROKERS" "SCHEMA_REGISTRY_URL" -}}
{{- $value := get $.Values.env . -}}
{{- if and (or (eq $value nil) (eq (toString $value) "")) (not (hasKey $.Values.secretEnv .)) -}}
{{- fail (printf "env.%s is not set: it says where your servers are" .) -}}
{{- end -}}
{{- end -}}
{{- if .Values.scaling.enabled -}}
{{- if eq .Values.scaling.prometheus "" -}}
{{- fail "scaling is on, but scaling.prometheus is not set: it is the address of the Prometheus that has the apps' metrics" -}}
{{- end -}}
{{- if eq (int .Values.scaling.partitions) 0 -}}
{{- fail "scaling is on, but scaling.partitions is not set: more replicas than partitions would be idle" -}}
{{- end -}}
{{- if gt (int .Values.scaling.minReplicas) (int .Values.scaling.partitions) -}}
{{- fail (printf "scaling.minReplicas is %d, more than the %d partitions: the rest would be idle" (int .Values.scaling.minReplicas) (int .Values.scaling.partitions)) -}}
{{- end -}}
{{- end -}}
{{- end }}
