{{- /* oauth2-proxy beside the gateway; as a sidecar of the init containers it ends after the gateway's streams have */ -}}
{{- define "penstock.authProxy" -}}
- name: oauth2-proxy
  image: {{ .Values.authProxy.image }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  restartPolicy: Always
  args:
    - --alpha-config=/etc/oauth2-proxy/configuration.yaml
    - --reverse-proxy=true
    - --skip-provider-button=true
    - --skip-jwt-bearer-tokens=true
    - --api-route=^/(mcp|servers|gateways|sse|message|ws|api)(/|$)
    # the gateway serves it to anybody: authorization servers fetch it
    - --skip-auth-route=GET=^/oauth/client\.json$
    - --cookie-samesite=lax
    # nobody is asked for again until then; the gateway's own sessions end after as long
    - --cookie-expire=12h
    # without the provider's tokens, which nobody reads again and which make headers longer than ingress controllers take
    - --session-cookie-minimal=true
  env:
    - {name: OIDC_ISSUER, value: {{ .Values.authProxy.issuer | quote }}}
    - {name: OIDC_CLIENT_ID, value: {{ .Values.authProxy.clientId | quote }}}
    - {name: OIDC_SCOPE, value: {{ .Values.authProxy.scope | quote }}}
    - {name: OIDC_GROUPS_CLAIM, value: {{ .Values.authProxy.groupsClaim | quote }}}
    - name: OIDC_CLIENT_SECRET
      valueFrom: {secretKeyRef: {name: {{ .Values.authProxy.secret }}, key: client-secret}}
    - name: OAUTH2_PROXY_COOKIE_SECRET
      valueFrom: {secretKeyRef: {name: {{ .Values.authProxy.secret }}, key: cookie-secret}}
    - {name: OAUTH2_PROXY_COOKIE_SECURE, value: {{ hasPrefix "https:" .Values.baseUrl | quote }}}
    - {name: OAUTH2_PROXY_EMAIL_DOMAINS, value: {{ join "," .Values.authProxy.emailDomains | quote }}}
    - {name: OAUTH2_PROXY_REDIRECT_URL, value: {{ printf "%s/oauth2/callback" .Values.baseUrl | quote }}}
    {{- with .Values.authProxy.behind }}
    - {name: OAUTH2_PROXY_TRUSTED_PROXY_IPS, value: {{ join "," . | quote }}}
    {{- end }}
    - {name: GOMEMLIMIT, value: {{ .Values.authProxy.goMemoryLimit }}}
  ports:
    - {name: proxy, containerPort: 4180}
  startupProbe:
    httpGet: {path: /ping, port: proxy}
    periodSeconds: 1
    failureThreshold: 60
  livenessProbe:
    httpGet: {path: /ping, port: proxy}
    periodSeconds: 10
    failureThreshold: 3
  resources: {{- toYaml .Values.authProxy.resources | nindent 4 }}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities: {drop: [ALL]}
  volumeMounts:
    - {name: oauth2-proxy, mountPath: /etc/oauth2-proxy, readOnly: true}
{{- end }}
