{{- define "penstock.name" -}}
{{- if contains "penstock" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-penstock" (.Release.Name | trunc 41 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "penstock.selector" -}}
app.kubernetes.io/name: penstock
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "penstock.labels" -}}
{{ include "penstock.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "penstock.account" -}}
{{ .Values.serviceAccount.name | default (include "penstock.name" .) }}
{{- end }}

{{- define "penstock.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "penstock.host" -}}
{{ (urlParse .Values.baseUrl).hostname }}
{{- end }}

{{- /* the port that clients reach: the proxy's where there is one, by its number, since before Kubernetes 1.33 the name of a sidecar's port leads nowhere */ -}}
{{- define "penstock.door" -}}
{{ ternary "4180" "http" .Values.authProxy.enabled }}
{{- end }}

{{- /* what one value alone cannot tell */ -}}
{{- define "penstock.checked" -}}
{{- if and .Values.authProxy.enabled .Values.istio.enabled }}
{{- fail "authProxy.enabled and istio.enabled: one of them says who calls, not both" }}
{{- end }}
{{- if and .Values.istio.enabled .Values.ingress.enabled }}
{{- fail "istio.enabled and ingress.enabled: a controller outside the mesh is refused; clients come in by a Gateway and a VirtualService of Istio's" }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas (%d) is more than autoscaling.maxReplicas (%d)" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{- /* by either of a setting's names, the gateway's and Spring Boot's; and whatever is a key, or an address with a password, by its value */}}
{{- $named := regexMatch "(SECRETS?|SECRET_?KEY|PASSWORD|MASTER_?TOKEN)$|_OTLP_HEADERS_" $name }}
{{- $valued := regexMatch "-----BEGIN.*PRIVATE|://[^/@]*:[^/@]*@" (toString $value) }}
{{- if and (or $named $valued) (not (regexMatch "REQUIRE_?STRONG_?SECRETS$" $name)) }}
{{- fail (printf "settings.%s is a secret: put it into a Secret, and name that and the key under secrets.%s" $name $name) }}
{{- end }}
{{- end }}
{{- range $name, $_ := .Values.secrets }}
{{- if hasKey $.Values.settings $name }}
{{- fail (printf "%s stands in settings and in secrets: leave it in secrets" $name) }}
{{- end }}
{{- end }}
{{- range $name, $_ := .Values.files }}
{{- if or (hasKey $.Values.settings $name) (hasKey $.Values.secrets $name) }}
{{- fail (printf "%s stands in files and in settings or secrets: leave it in files" $name) }}
{{- end }}
{{- end }}
{{- if not (or (hasKey .Values.secrets "AUTH_ENCRYPTION_SECRET") (hasKey .Values.files "AUTH_ENCRYPTION_KEYSET_FILE")) }}
{{- fail "nothing seals what is secret: name a Secret under secrets.AUTH_ENCRYPTION_SECRET or files.AUTH_ENCRYPTION_KEYSET_FILE" }}
{{- end }}
{{- if or .Values.authProxy.enabled .Values.istio.enabled }}
{{- range $name := list "MCP_CLIENT_AUTH_ENABLED" "TRUST_PROXY_AUTH" "TRUSTED_PROXY_CIDRS" "PROXY_ANONYMOUS_ENABLED" "PROXY_USER_HEADER" "PROXY_GROUPS_HEADER" "PROXY_GROUPS_FORMAT" }}
{{- if hasKey $.Values.settings $name }}
{{- fail (printf "settings.%s is set by the chart: what says who calls goes by authProxy or istio" $name) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name := list "BASE_URL" "APP_DOMAIN" "HOST" "PORT" "MANAGEMENT_HOST" "MANAGEMENT_PORT" "DATABASE_URL" "DATABASE_MAX_CONNECTIONS" "DATA_DIR" "PENSTOCK_DATABASE_URL" }}
{{- if or (hasKey $.Values.settings $name) (hasKey $.Values.secrets $name) }}
{{- fail (printf "%s is set by the chart: use baseUrl, domains or database" $name) }}
{{- end }}
{{- end }}
{{- end }}
