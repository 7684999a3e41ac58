{{- /* the environment of the gateway's container */ -}}
{{- define "penstock.environment" -}}
- {name: HOST, value: {{ ternary "127.0.0.1" "0.0.0.0" .Values.authProxy.enabled | quote }}}
- {name: PORT, value: "4444"}
- {name: MANAGEMENT_HOST, value: "0.0.0.0"}
- {name: MANAGEMENT_PORT, value: "4445"}
- {name: BASE_URL, value: {{ .Values.baseUrl | quote }}}
{{- with .Values.domains }}
- {name: APP_DOMAIN, value: {{ join "," . | quote }}}
{{- end }}
{{- with .Values.database }}
- name: DATABASE_USER
  valueFrom: {secretKeyRef: {name: {{ .credentials.name }}, key: {{ .credentials.userKey }}}}
- name: DATABASE_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ .credentials.name }}, key: {{ .credentials.passwordKey }}}}
- name: DATABASE_URL
  value: "r2dbc:postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ .host }}:{{ .port }}/{{ .name }}?sslMode={{ .sslMode }}{{ if hasPrefix "verify-" .sslMode }}&sslRootCert=/etc/penstock/database/{{ .authority.key }}{{ end }}"
- {name: DATABASE_MAX_CONNECTIONS, value: {{ .maxConnections | quote }}}
{{- end }}
{{- if or .Values.authProxy.enabled .Values.istio.enabled }}
- {name: MCP_CLIENT_AUTH_ENABLED, value: "false"}
- {name: TRUST_PROXY_AUTH, value: "true"}
- {name: PROXY_ANONYMOUS_ENABLED, value: "false"}
{{- end }}
{{- if .Values.authProxy.enabled }}
- {name: PROXY_USER_HEADER, value: X-Forwarded-Email}
{{- if .Values.authProxy.groupsClaim }}
- {name: PROXY_GROUPS_HEADER, value: X-Forwarded-Groups}
{{- end }}
{{- with .Values.authProxy.behind }}
- {name: TRUSTED_PROXY_CIDRS, value: {{ concat (list "127.0.0.0/8" "::1/128") . | join "," | quote }}}
{{- end }}
{{- end }}
{{- if .Values.istio.enabled }}
- {name: TRUSTED_PROXY_CIDRS, value: "127.0.0.6/32,::6/128"}
{{- if .Values.istio.groupsClaim }}
- {name: PROXY_GROUPS_HEADER, value: X-Groups}
- {name: PROXY_GROUPS_FORMAT, value: {{ .Values.istio.groupsFormat }}}
{{- end }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- {name: {{ $name }}, value: {{ $value | toString | quote }}}
{{- end }}
{{- range $name, $from := .Values.secrets }}
- name: {{ $name }}
  valueFrom: {secretKeyRef: {name: {{ $from.name }}, key: {{ $from.key }}}}
{{- end }}
{{- range $name, $from := .Values.files }}
- {name: {{ $name }}, value: {{ include "penstock.folder" $name }}/{{ $from.key }}}
{{- end }}
{{- with .Values.jvmOptions }}
- {name: JAVA_TOOL_OPTIONS, value: {{ . | quote }}}
{{- end }}
{{- end }}

{{- /* what the volume of a file is called, by the setting that has its path */ -}}
{{- define "penstock.volume" -}}
file-{{ . | lower | replace "_" "-" }}
{{- end }}

{{- /* where that volume is mounted: as a folder, for a single file would not change with its Secret */ -}}
{{- define "penstock.folder" -}}
/etc/penstock/files/{{ . | lower | replace "_" "-" }}
{{- end }}
