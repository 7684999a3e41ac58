package io.penstock.oauth.registration;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.penstock.egress.Egress;
import io.penstock.egress.JsonAnswer;
import io.penstock.oauth.server.Pointers;
import io.penstock.oauth.server.Undiscovered;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Registers this gateway at authorization servers (RFC 7591, 3): one POST, no redirect followed. */
@Component
final class RegistrationEndpoint {

    static final String NAME = "Penstock";

    private final Egress egress;
    private final Pointers pointers;
    private final Clock clock;

    RegistrationEndpoint(Egress egress, Pointers pointers, Clock clock) {
        this.egress = egress;
        this.pointers = pointers;
        this.clock = clock;
    }

    /** Never empty. Error: {@link Undiscovered}. */
    Mono<Registered> register(URI url, List<URI> given, Registration registration) {
        byte[] body = body(registration);
        return egress.towards(url, given)
                .headers(headers -> headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                        .set(HttpHeaderNames.ACCEPT, HttpHeaderValues.APPLICATION_JSON)
                        .set(HttpHeaderNames.CONTENT_LENGTH, body.length))
                .disableRetry(true)
                .post()
                .uri(url)
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                .response(JsonAnswer::read)
                .single()
                .timeout(JsonAnswer.PATIENCE)
                .onErrorMap(
                        _ -> Undiscovered.failed(
                                "the registration endpoint of its authorization server could not be reached, or did not answer in time"))
                .handle((answer, sink) -> {
                    try {
                        sink.next(RegistrationAnswer.read(answer, registration, pointers, clock.instant()));
                    } catch (Undiscovered undiscovered) {
                        sink.error(undiscovered);
                    }
                });
    }

    /** Servers of OpenID Connect take a loopback address for a redirect URI of native applications alone. */
    private static byte[] body(Registration registration) {
        var json = JsonMapper.shared().createObjectNode();
        json.put("client_name", NAME)
                .put("token_endpoint_auth_method", registration.auth().text());
        var grants = json.putArray("grant_types");
        registration.grants().forEach(grants::add);
        String redirect = registration.redirect();
        if (redirect != null) {
            json.put("application_type", redirect.startsWith("https://") ? "web" : "native");
            json.putArray("redirect_uris").add(redirect);
            json.putArray("response_types").add("code");
        }
        return JsonMapper.shared().writeValueAsBytes(json);
    }
}
