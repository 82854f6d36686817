{{- define "kafkaadmin.name" -}}{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}{{- end }}

{{- define "kafkaadmin.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else }}{{- $name := include "kafkaadmin.name" . }}{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{- else }}{{ printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" }}{{- end }}{{- end }}
{{- end }}

{{- /* Who comes from kafka-ui keeps its Service's name; a Deployment's selector cannot change, so that has a name of its own. */ -}}
{{- define "kafkaadmin.serviceName" -}}
{{- if and (contains "kafka-ui" .Release.Name) (not .Values.fullnameOverride) }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ include "kafkaadmin.fullname" . }}{{ end }}
{{- end }}

{{- define "kafkaadmin.selector" -}}
app.kubernetes.io/name: {{ include "kafkaadmin.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kafkaadmin.labels" -}}
{{ include "kafkaadmin.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kafkaadmin.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "kafkaadmin.fullname" .) .Values.serviceAccount.name }}{{ else }}{{ default "default" .Values.serviceAccount.name }}{{ end }}
{{- end }}

{{- define "kafkaadmin.authSecret" -}}{{ default (printf "%s-auth" (include "kafkaadmin.fullname" .)) .Values.auth.existingSecret }}{{- end }}

{{- define "kafkaadmin.image" -}}
{{- /* Values of kafka-ui may name its image, which is not ours to run. */ -}}
{{- if contains "kafka-ui" (default "" .Values.image.repository) }}kafkaadmin:{{ .Chart.AppVersion }}{{ else -}}
{{- $foreign := splitList " " (include "kafkaadmin.foreignImage" .) }}
{{- if not (has "registry" $foreign) }}{{ with .Values.image.registry }}{{ . }}/{{ end }}{{ end -}}
{{ default "kafkaadmin" .Values.image.repository }}:{{ ternary .Chart.AppVersion (default .Chart.AppVersion .Values.image.tag) (has "tag" $foreign) }}
{{- end }}
{{- end }}

{{- /* Who sets no repository, but a registry or a tag as kafka-ui has them, means kafka-ui's. */ -}}
{{- define "kafkaadmin.foreignImage" -}}
{{- $found := list }}
{{- if not .Values.image.repository }}
{{- if has .Values.image.registry (list "docker.io" "ghcr.io") }}{{ $found = append $found "registry" }}{{ end }}
{{- if regexMatch "^(v[0-9].*|latest|main|master)$" (default "" .Values.image.tag) }}{{ $found = append $found "tag" }}{{ end }}
{{- end }}
{{- join " " $found }}
{{- end }}

{{- define "kafkaadmin.basePath" -}}
{{- $server := default dict (index (default dict .Values.yamlApplicationConfig) "server") }}
{{- $servlet := default dict (index $server "servlet") }}
{{- /* kafka-ui's two ways to say it come before the ingress' path, of which a pattern's beginning counts. */ -}}
{{- $ingress := regexReplaceAll "[(\\[*].*$" (ternary (default "/" .Values.ingress.path) "/" .Values.ingress.enabled) "" }}
{{- $path := coalesce .Values.basePath (index (default dict .Values.envs.config) "SERVER_SERVLET_CONTEXT_PATH") (index $servlet "context-path") (index $servlet "contextPath") $ingress }}{{ printf "/%s" (trimAll "/" $path) }}
{{- end }}

{{- define "kafkaadmin.hosts" -}}
{{- $full := include "kafkaadmin.serviceName" . }}
{{- $hosts := list "localhost" "127.0.0.1" $full (printf "%s.%s" $full .Release.Namespace) (printf "%s.%s.svc" $full .Release.Namespace) (printf "%s.%s.svc.cluster.local" $full .Release.Namespace) }}
{{- /* Prometheus scrapes a pod by its address. */ -}}
{{- $hosts = concat $hosts (list "$(POD_IP)" "[$(POD_IP)]") }}
{{- with .Values.ingress.host }}{{ $hosts = append $hosts (tpl . $) }}{{ end }}
{{- with .Values.ingress.tls.host }}{{ $hosts = append $hosts (tpl . $) }}{{ end }}
{{- if include "kafkaadmin.anyHost" . }}{{ $hosts = append $hosts "*" }}{{ end }}
{{- join "," (concat $hosts .Values.httpRoute.hostnames .Values.allowedHosts | uniq) }}
{{- end }}

{{- /* Where no name is given there is none to compare with: an address of a node, or of a load balancer. */ -}}
{{- define "kafkaadmin.anyHost" -}}
{{- if not .Values.allowedHosts }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}true
{{- else if and .Values.httpRoute.enabled (not .Values.httpRoute.hostnames) }}true
{{- else if ne .Values.service.type "ClusterIP" }}true{{ end }}
{{- end }}
{{- end }}

{{- /* kafka-ui's users may have clusters in the environment, and in the file all the rest. */ -}}
{{- define "kafkaadmin.hasConfig" -}}{{ if (default dict .Values.yamlApplicationConfig).kafka }}true{{ end }}{{- end }}

{{- define "kafkaadmin.configFile" -}}
{{- if include "kafkaadmin.hasConfig" . }}config.yml
{{- else if .Values.yamlApplicationConfigConfigMap.name }}{{ default "config.yml" .Values.yamlApplicationConfigConfigMap.keyName }}
{{- else if .Values.yamlApplicationConfigSecret.name }}{{ default "config.yml" .Values.yamlApplicationConfigSecret.keyName }}{{ end }}
{{- end }}

{{- /* Names that other charts have for ours. The schema lets them through so that this can say what is meant. */ -}}
{{- define "kafkaadmin.slips" -}}
{{- range $slip, $meant := dict
  "ingress.hosts" "ingress.host, one name"
  "ingress.className" "ingress.ingressClassName"
  "externalDatabase.existingSecretKey" "externalDatabase.existingSecretUrlKey"
  "externalDatabase.url" "externalDatabase.existingSecret, a Secret that holds it"
  "externalRedis.existingSecretKey" "externalRedis.existingSecretUrlKey"
  "externalRedis.url" "externalRedis.existingSecret, a Secret that holds it"
  "persistence.storageClassName" "persistence.storageClass" }}
{{- $part := splitList "." $slip }}
{{- if hasKey (index $.Values (first $part)) (last $part) }}{{ fail (printf "there is no %s: set %s" $slip $meant) }}{{ end }}
{{- end }}
{{- end }}

{{- /* As kafka-ui has it: the environment comes before the file. */ -}}
{{- define "kafkaadmin.authType" -}}
{{- coalesce (index (default dict .Values.envs.config) "AUTH_TYPE") (default dict (default dict .Values.yamlApplicationConfig).auth).type | default "" | toString }}
{{- end }}

{{- /* Sign-in is switched off by two keys, kafka-ui's and ours: neither alone says that somebody means it for kafkaadmin. */ -}}
{{- define "kafkaadmin.anonymousRole" -}}
{{- if eq (lower (include "kafkaadmin.authType" .)) "disabled" }}{{ .Values.auth.anonymousRole }}{{ end }}
{{- end }}

{{- define "kafkaadmin.checks" -}}
{{- include "kafkaadmin.slips" . }}
{{- if eq .Values.mode "distributed" }}
{{- if and (not .Values.builtIn.enabled) (or (not .Values.externalDatabase.existingSecret) (not .Values.externalRedis.existingSecret)) }}
{{- fail "mode distributed needs externalDatabase.existingSecret and externalRedis.existingSecret, or builtIn.enabled=true to try it" }}
{{- end }}
{{- else if or .Values.builtIn.enabled .Values.externalDatabase.existingSecret .Values.externalRedis.existingSecret }}
{{- fail "externalDatabase, externalRedis and builtIn are for mode=distributed; all-in-one would leave them unused" }}
{{- end }}
{{- range $cluster, $from := .Values.clusterCredentials }}
{{- if regexMatch "[/:]" $cluster }}{{ fail (printf "clusterCredentials.%s: a folder is made of the name, so it cannot have / or :" $cluster) }}{{ end }}
{{- if not (or $from.existingSecretPasswordKey $from.existingSecretJaasKey $from.existingSecretCertificateKey) }}
{{- fail (printf "clusterCredentials.%s needs existingSecretPasswordKey, existingSecretJaasKey or existingSecretCertificateKey: which key of %s is it?" $cluster $from.existingSecret) }}
{{- end }}
{{- end }}
{{- $given := 0 }}
{{- if include "kafkaadmin.hasConfig" . }}{{ $given = add $given 1 }}{{ end }}
{{- if .Values.yamlApplicationConfigConfigMap.name }}{{ $given = add $given 1 }}{{ end }}
{{- if .Values.yamlApplicationConfigSecret.name }}{{ $given = add $given 1 }}{{ end }}
{{- if gt (int $given) 1 }}{{ fail "give only one of yamlApplicationConfig, yamlApplicationConfigConfigMap and yamlApplicationConfigSecret" }}{{ end }}
{{- end }}

{{- define "kafkaadmin.securityContext" -}}
{{- $own := dict "runAsNonRoot" true "runAsUser" 10001 "runAsGroup" 10001 "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) "seccompProfile" (dict "type" "RuntimeDefault") }}
{{- toYaml (mergeOverwrite $own (deepCopy .Values.securityContext)) }}
{{- end }}

{{- define "kafkaadmin.env" -}}
- {name: KAFKAADMIN_DATA_DIR, value: /var/lib/kafkaadmin}
- name: KAFKAADMIN_SECRET_KEY
  valueFrom: {secretKeyRef: {name: {{ include "kafkaadmin.authSecret" . }}, key: secret-key}}
- {name: KAFKAADMIN_ADMIN_USER, value: {{ .Values.auth.adminUser | quote }}}
- name: KAFKAADMIN_ADMIN_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "kafkaadmin.authSecret" . }}, key: admin-password}}
- name: POD_IP
  valueFrom: {fieldRef: {fieldPath: status.podIP}}
- {name: KAFKAADMIN_ALLOWED_HOSTS, value: {{ include "kafkaadmin.hosts" . | quote }}}
- {name: KAFKAADMIN_BASE_PATH, value: {{ include "kafkaadmin.basePath" . | quote }}}
{{- if or .Values.ingress.tls.enabled .Values.trustedProxy }}
- {name: KAFKAADMIN_TRUSTED_PROXY, value: "true"}
{{- end }}
{{- with include "kafkaadmin.anonymousRole" . }}
- {name: KAFKAADMIN_ANONYMOUS_ROLE, value: {{ . }}}
{{- end }}
{{- if .Values.metrics.public }}
- {name: KAFKAADMIN_PUBLIC_METRICS, value: "true"}
{{- end }}
{{- if and .Values.burrow.enabled .Values.burrow.public }}
- {name: KAFKAADMIN_PUBLIC_LAG_API, value: "true"}
{{- end }}
{{- if .Values.burrow.enabled }}
- {name: KAFKAADMIN_BURROW_LISTEN, value: "0.0.0.0:8000"}
{{- end }}
{{- with include "kafkaadmin.configFile" . }}
- {name: KAFKAADMIN_CONFIG, value: /etc/kafkaadmin/config/{{ . }}}
{{- end }}
{{- if .Values.clusterCredentials }}
- {name: KAFKAADMIN_CREDENTIALS_DIR, value: /etc/kafkaadmin/credentials}
{{- end }}
{{- if eq .Values.mode "distributed" }}
- name: DATABASE_URL
  valueFrom: {secretKeyRef: {name: {{ ternary (printf "%s-built-in" (include "kafkaadmin.fullname" .)) .Values.externalDatabase.existingSecret .Values.builtIn.enabled }}, key: {{ ternary "database-url" .Values.externalDatabase.existingSecretUrlKey .Values.builtIn.enabled }}}}
- name: REDIS_URL
  valueFrom: {secretKeyRef: {name: {{ ternary (printf "%s-built-in" (include "kafkaadmin.fullname" .)) .Values.externalRedis.existingSecret .Values.builtIn.enabled }}, key: {{ ternary "redis-url" .Values.externalRedis.existingSecretUrlKey .Values.builtIn.enabled }}}}
{{- end }}
{{- range $name, $from := .Values.envs.secretMappings }}
- name: {{ $name }}
  valueFrom: {secretKeyRef: {name: {{ $from.name }}, key: {{ $from.keyName }}}}
{{- end }}
{{- range $name, $from := .Values.envs.configMappings }}
- name: {{ $name }}
  valueFrom: {configMapKeyRef: {name: {{ $from.name }}, key: {{ $from.keyName }}}}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kafkaadmin.envFrom" -}}
{{- if or .Values.envs.secret .Values.envs.config }}
- secretRef: {name: {{ include "kafkaadmin.fullname" . }}-env}
{{- end }}
{{- with .Values.existingConfigMap }}
- configMapRef: {name: {{ . }}}
{{- end }}
{{- with .Values.existingSecret }}
- secretRef: {name: {{ . }}}
{{- end }}
{{- end }}

{{- define "kafkaadmin.mounts" -}}
- {name: data, mountPath: /var/lib/kafkaadmin}
- {name: tmp, mountPath: /tmp}
{{- if include "kafkaadmin.configFile" . }}
- {name: config, mountPath: /etc/kafkaadmin/config, readOnly: true}
{{- end }}
{{- range $n, $cluster := keys .Values.clusterCredentials | sortAlpha }}
- {name: credentials-{{ $n }}, mountPath: {{ printf "/etc/kafkaadmin/credentials/%s" $cluster | quote }}, readOnly: true}
{{- end }}
{{- with .Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kafkaadmin.volumes" -}}
- {name: tmp, emptyDir: {}}
{{- if include "kafkaadmin.hasConfig" . }}
- {name: config, secret: {secretName: {{ include "kafkaadmin.fullname" . }}-config}}
{{- else if .Values.yamlApplicationConfigConfigMap.name }}
- {name: config, configMap: {name: {{ .Values.yamlApplicationConfigConfigMap.name }}}}
{{- else if .Values.yamlApplicationConfigSecret.name }}
- {name: config, secret: {secretName: {{ .Values.yamlApplicationConfigSecret.name }}}}
{{- end }}
{{- $full := include "kafkaadmin.fullname" . }}
{{- range $n, $cluster := keys .Values.clusterCredentials | sortAlpha }}
{{- $from := index $.Values.clusterCredentials $cluster }}
- name: credentials-{{ $n }}
  projected:
    defaultMode: 0440
    sources:
      {{- if $from.username }}
      - secret:
          name: {{ $full }}-usernames
          items: [{key: username-{{ $n }}, path: username}]
      {{- end }}
      - secret:
          name: {{ required (printf "clusterCredentials.%s needs existingSecret" $cluster) $from.existingSecret }}
          items:
            {{- with $from.existingSecretPasswordKey }}
            - {key: {{ . | quote }}, path: password}
            {{- end }}
            {{- with $from.existingSecretJaasKey }}
            - {key: {{ . | quote }}, path: jaas}
            {{- end }}
            {{- with $from.existingSecretCaKey }}
            - {key: {{ . | quote }}, path: ca.crt}
            {{- end }}
            {{- with $from.existingSecretCertificateKey }}
            - {key: {{ . | quote }}, path: user.crt}
            {{- end }}
            {{- with $from.existingSecretPrivateKeyKey }}
            - {key: {{ . | quote }}, path: user.key}
            {{- end }}
      {{- with $from.existingCaSecret }}
      - secret:
          name: {{ . }}
          items: [{key: {{ default "ca.crt" $from.existingCaSecretKey | quote }}, path: ca.crt}]
      {{- end }}
      {{- if $from.users }}
      - secret:
          name: {{ $full }}-usernames
          items: [{key: users-{{ $n }}, path: users}]
      {{- end }}
{{- end }}
{{- with .Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kafkaadmin.probes" -}}
{{- range $name, $path := dict "livenessProbe" "/healthz" "readinessProbe" "/readyz" "startupProbe" "/healthz" }}
{{ $name }}:
  httpGet: {path: {{ $path }}, port: http, httpHeaders: [{name: Host, value: localhost}]}
  {{- /* kafka-ui's users have theirs under probes. */ -}}
  {{- toYaml (mergeOverwrite (deepCopy (index $.Values $name)) (default dict (index $.Values.probes (trimSuffix "Probe" $name)))) | nindent 2 }}
{{- end }}
{{- end }}

{{- /* A container: dict "root" . "name" … "args" (list …) "resources" … "serves" bool "beats" (its probe) */ -}}
{{- define "kafkaadmin.container" -}}
- name: {{ .name }}
  image: {{ include "kafkaadmin.image" .root }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: {{ toJson .args }}
  securityContext:
    {{- include "kafkaadmin.securityContext" .root | nindent 4 }}
  env:
    {{- include "kafkaadmin.env" .root | nindent 4 }}
  {{- with include "kafkaadmin.envFrom" .root }}
  envFrom:
    {{- . | nindent 4 }}
  {{- end }}
  {{- if .serves }}
  ports:
    - {name: http, containerPort: 8080}
    {{- if and .root.Values.burrow.enabled (eq .root.Values.mode "all-in-one") }}
    - {name: burrow, containerPort: 8000}
    {{- end }}
  {{- include "kafkaadmin.probes" .root | nindent 2 }}
  {{- else if .burrow }}
  ports:
    - {name: burrow, containerPort: 8000}
  {{- else if .beats }}
  livenessProbe:
    exec: {command: [kafkaadmin, alive, {{ .name }}]}
    {{- toYaml .beats | nindent 4 }}
  {{- end }}
  resources:
    {{- toYaml (default dict .resources) | nindent 4 }}
  volumeMounts:
    {{- include "kafkaadmin.mounts" .root | nindent 4 }}
{{- end }}

{{- /* As kafka-ui's chart takes them: a text that is a template, or a list. */ -}}
{{- define "kafkaadmin.extraContainers" -}}
{{- with .Values.extraContainers }}{{ tpl (ternary . (toYaml .) (kindIs "string" .)) $ }}{{ end }}
{{- end }}

{{- /* What all pods have in common: dict "root" . "component" … */ -}}
{{- define "kafkaadmin.podMeta" -}}
annotations:
  checksum/config: {{ include (print .root.Template.BasePath "/secrets.yaml") .root | sha256sum }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
labels:
  {{- include "kafkaadmin.selector" .root | nindent 2 }}
  app.kubernetes.io/component: {{ .component }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "kafkaadmin.podSpec" -}}
serviceAccountName: {{ include "kafkaadmin.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- toYaml (mergeOverwrite (dict "fsGroup" 10001) (deepCopy .Values.podSecurityContext)) | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toJson . }}
{{- end }}
{{- range $name := list "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" "priorityClassName" "hostAliases" }}
{{- with index $.Values $name }}
{{ $name }}: {{ toJson . }}
{{- end }}
{{- end }}
{{- end }}
