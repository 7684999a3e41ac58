package io.penstock.egress;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** What OAuth endpoints are sent: a form whose answer is JSON. Its fields are secrets. */
public final class Form {

    private final Map<String, String> fields = new LinkedHashMap<>();

    /** Puts a field behind those that are there. */
    public void put(String name, String value) {
        fields.put(name, value);
    }

    /**
     * Sends it once, whatever happens to the connection: a code or refresh token that was sent may be spent.
     *
     * @param authorization the header of that name; null for none
     */
    public HttpClient.ResponseReceiver<?> post(HttpClient client, URI url, @Nullable String authorization) {
        byte[] body = text().getBytes(StandardCharsets.US_ASCII);
        return client.headers(headers -> {
                    headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_X_WWW_FORM_URLENCODED);
                    headers.set(HttpHeaderNames.ACCEPT, HttpHeaderValues.APPLICATION_JSON);
                    headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
                    if (authorization != null) {
                        headers.set(HttpHeaderNames.AUTHORIZATION, authorization);
                    }
                })
                .disableRetry(true)
                .post()
                .uri(url)
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)));
    }

    /** How a client shows itself (RFC 6749, 2.3.1): both parts are encoded as a form's before they are joined. */
    public static String basic(String id, String secret) {
        String pair = encoded(id) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }

    private String text() {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Without what it says. */
    @Override
    public String toString() {
        return "Form" + fields.keySet();
    }
}
