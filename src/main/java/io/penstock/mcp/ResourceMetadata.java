package io.penstock.mcp;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.access.limit.RateLimits;
import io.penstock.caller.TrustedIssuers;
import io.penstock.ingress.IngressSettings;
import io.penstock.ingress.Requests;
import io.penstock.wire.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Protected resource metadata of each MCP endpoint (RFC 9728), the same whether the endpoint's id exists or not. */
@Component
final class ResourceMetadata {

    private static final List<String> SCOPES = List.of("tools.read", "tools.execute", "resources.read", "prompts.read");

    private final RateLimits limits;
    private final KeepAlives keepAlives;
    private final IngressSettings ingress;
    private final TrustedIssuers issuers;
    private final JsonMapper json;

    ResourceMetadata(
            RateLimits limits,
            KeepAlives keepAlives,
            IngressSettings ingress,
            TrustedIssuers issuers,
            JsonMapper json) {
        this.limits = limits;
        this.keepAlives = keepAlives;
        this.ingress = ingress;
        this.issuers = issuers;
        this.json = json;
    }

    Publisher<Void> serve(HttpServerRequest httpRequest, HttpServerResponse response) {
        var request = Requests.of(httpRequest);
        String resource = request.path().substring(Paths.METADATA.length());
        if (!resource.isEmpty()
                && !(Paths.read(resource) instanceof Endpoint.At at
                        && at.resource().equals(resource))) {
            return response.sendNotFound();
        }
        if (!request.method().equals("GET")) {
            return response.status(405).header(HttpHeaderNames.ALLOW, "GET").send();
        }
        try {
            limits.count(request);
        } catch (Refusal refusal) {
            var exchange = new Exchange(request, response, new Challenge(ingress, resource), keepAlives);
            return exchange.refuse(refusal.reason(), null, false);
        }
        byte[] body = json.writeValueAsBytes(document(resource));
        return response.header(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .header(HttpHeaderNames.CACHE_CONTROL, "max-age=300")
                .header(HttpHeaderNames.VARY, "Origin") // what is kept for programs is not readable for pages
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
                .sendObject(Unpooled.wrappedBuffer(body));
    }

    private Map<String, Object> document(String resource) {
        var document = new LinkedHashMap<String, Object>();
        document.put("resource", ingress.url(resource));
        if (!issuers.authorizationServers().isEmpty()) { // parameters without elements are left out (RFC 9728, 3.2)
            document.put("authorization_servers", issuers.authorizationServers());
        }
        document.put("bearer_methods_supported", List.of("header"));
        document.put("scopes_supported", SCOPES);
        document.put("resource_name", "Penstock");
        return document;
    }
}
