package io.penstock.oauth.exchange;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** An identity provider at {@code /idp}, and an authorization server at {@code /as} that takes its word; both exchange what they are shown. */
public final class ExchangingServer implements AutoCloseable {

    public final List<Map<String, List<String>>> forms = new CopyOnWriteArrayList<>();
    final AtomicInteger given = new AtomicInteger();
    volatile Duration slow = Duration.ZERO;
    volatile int lifetime = 600;
    volatile String issued = "urn:ietf:params:oauth:token-type:access_token";
    volatile String refused = "";

    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::handle).bindNow();

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    public String last(String field) {
        return forms.getLast().getOrDefault(field, List.of("")).getFirst();
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().defaultIfEmpty("").flatMap(body -> {
            var form = new QueryStringDecoder("?" + body, StandardCharsets.UTF_8).parameters();
            forms.add(form);
            boolean well = refused.isEmpty();
            return Mono.delay(slow)
                    .then(response.status(well ? 200 : 400)
                            .header("content-type", "application/json")
                            .sendString(Mono.just(well ? answer(form) : "{\"error\":\"" + refused + "\"}"))
                            .then());
        });
    }

    private String answer(Map<String, List<String>> form) {
        String wanted = form.getOrDefault("requested_token_type", List.of("")).getFirst();
        if (wanted.endsWith(":id-jag")) {
            return "{\"access_token\":\"word-on-" + form.get("subject_token").getFirst() + "\",\"issued_token_type\":\""
                    + wanted + "\",\"token_type\":\"N_A\",\"expires_in\":60}";
        }
        String of = form.getOrDefault("subject_token", form.getOrDefault("assertion", List.of("")))
                .getFirst();
        return "{\"access_token\":\"for-" + of + "-" + given.incrementAndGet() + "\",\"token_type\":\"Bearer\","
                + "\"issued_token_type\":\"" + issued + "\",\"expires_in\":" + lifetime + "}";
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
