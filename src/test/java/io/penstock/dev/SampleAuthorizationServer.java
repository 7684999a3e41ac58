package io.penstock.dev;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.penstock.caller.flow.Randoms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An authorization server for scripts: whoever comes agrees at once, with the account that {@code account} in the address names; the access
 * token is that account's name. It takes each code once, from the client that shows its secret and the verifier of PKCE.
 */
public final class SampleAuthorizationServer {

    static final String CLIENT = "sample-client";
    static final String SECRET = "sample-secret";

    private final Map<String, Asked> codes = new ConcurrentHashMap<>();
    private final String issuer;

    private SampleAuthorizationServer(String issuer) {
        this.issuer = issuer;
    }

    private record Asked(String account, String redirect, String challenge, String resource) {}

    /** The port to listen at. */
    public static void main(String... arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        var sample = new SampleAuthorizationServer("http://localhost:" + port);
        server.createContext("/authorize", sample::authorize);
        server.createContext("/token", sample::token);
        server.start();
    }

    private void authorize(HttpExchange exchange) throws IOException {
        var query = new Fields(new QueryStringDecoder(exchange.getRequestURI()).parameters());
        String code = Randoms.next();
        codes.put(
                code,
                new Asked(
                        query.of("account"),
                        query.of("redirect_uri"),
                        query.of("code_challenge"),
                        query.of("resource")));
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        query.of("redirect_uri") + "?code=" + code + "&state=" + query.of("state") + "&iss="
                                + URLEncoder.encode(issuer, UTF_8));
        answer(exchange, 303, "");
    }

    private void token(HttpExchange exchange) throws IOException {
        var form = new Fields(new QueryStringDecoder(
                        "?" + new String(exchange.getRequestBody().readAllBytes(), UTF_8))
                .parameters());
        Asked asked = codes.remove(form.of("code"));
        boolean client = CLIENT.equals(form.of("client_id")) && SECRET.equals(form.of("client_secret"));
        boolean right = asked != null
                && asked.redirect().equals(form.of("redirect_uri"))
                && asked.resource().equals(form.of("resource"))
                && asked.challenge().equals(Randoms.challenge(form.of("code_verifier")));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (client && right) {
            answer(
                    exchange,
                    200,
                    "{\"access_token\":\"" + asked.account() + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
        } else {
            answer(exchange, 400, "{\"error\":\"" + (client ? "invalid_grant" : "invalid_client") + "\"}");
        }
    }

    private record Fields(Map<String, List<String>> values) {

        String of(String name) {
            return values.getOrDefault(name, List.of("")).getFirst();
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
