/** How one kind of gateway counts requests per backend, as data. In texts: `{namespace}`, `{route}` (the HTTPRoute) and `{service}` (a version's Service). */
export interface Preset {
  title: string
  /** A counter of requests, one series per backend and whatever else. */
  metric: string
  where: Readonly<Record<string, string>>
  /** The labels that may name the backend: the second where a scrape renames the first. */
  labels: readonly string[]
  /** What the label says of a Service, as an expression over its whole; null: it says a pod's address, and `kube_pod_info` says whose that is. */
  backend: string | null
  /** What must be set up for it. */
  needs: string
}

/** Each with the document that says so, and the version that was read. */
export const PRESETS = {
  // A rule's Services are one Envoy cluster, httproute/NAMESPACE/ROUTE/rule/N: there is no metric per backendRef (envoyproxy/gateway issue 6742, open with v1.6), but one per endpoint
  // where EnvoyProxy's telemetry.metrics.enablePerEndpointStats is true (api/v1alpha1/envoyproxy_metric_types.go, v1.6; run with v1.9.1: envoy.cluster.test.ts). Rule 0 is the weighted one, so pinned requests are not in it.
  'envoy-gateway': {
    title: 'Envoy Gateway',
    metric: 'envoy_cluster_endpoint_rq_total',
    where: { envoy_cluster_name: 'httproute/{namespace}/{route}/rule/0' },
    labels: ['envoy_endpoint_address'],
    backend: null,
    needs: 'enablePerEndpointStats in its EnvoyProxy, and kube-state-metrics in the same Prometheus.',
  },
  // https://istio.io/latest/docs/reference/config/metrics: istio_requests_total, counted by the proxy that sends (reporter "source"). Read for 1.18 to the latest.
  istio: {
    title: 'Istio',
    metric: 'istio_requests_total',
    where: { reporter: 'source', destination_service_namespace: '{namespace}' },
    labels: ['destination_service_name'],
    backend: '{service}',
    needs: 'its standard metrics.',
  },
  // https://docs.nginx.com/nginx-gateway-fabric/monitoring/prometheus (2.x): requests per upstream peer are counted with NGINX Plus only. An upstream is NAMESPACE_SERVICE_PORT.
  'nginx-gateway-fabric': {
    title: 'NGINX Gateway Fabric',
    metric: 'nginx_http_upstream_peer_requests_total',
    where: {},
    labels: ['nginx_upstream_name'],
    backend: '{namespace}_{service}_80',
    needs: 'NGINX Plus: the open-source one counts no requests per Service.',
  },
  // https://doc.traefik.io/traefik/observability/metrics/overview; the names as pkg/provider/kubernetes/gateway/httproute.go makes them: NAMESPACE-SERVICE-PORT up to v3.1, then
  // NAMESPACE-SERVICE-http-PORT (run with v3.6.12: traefik.cluster.test.ts), later ROUTER-svc-NAMESPACE-SERVICE-INDEX. A ServiceMonitor of the Prometheus operator moves the label
  // `service` to `exported_service`.
  traefik: {
    title: 'Traefik',
    metric: 'traefik_service_requests_total',
    where: {},
    labels: ['service', 'exported_service'],
    backend: '(.+-svc-)?{namespace}-{service}(-http)?-[0-9]+@kubernetesgateway',
    needs: 'metrics.prometheus with addServicesLabels.',
  },
  // linkerd2-proxy, linkerd/app/outbound/src/http/logical/policy/route/backend/metrics.rs (2.14 and later): counted by the proxy that sends.
  linkerd: {
    title: 'Linkerd',
    metric: 'outbound_http_route_backend_requests_total',
    where: { backend_kind: 'Service', backend_namespace: '{namespace}' },
    labels: ['backend_name'],
    backend: '{service}',
    needs: 'the metrics of the proxies that send.',
  },
} as const satisfies Record<string, Preset>

export type PresetName = keyof typeof PRESETS
export const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]]
