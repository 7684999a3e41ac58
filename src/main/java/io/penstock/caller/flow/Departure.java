package io.penstock.caller.flow;

import io.penstock.vault.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A flow that was begun.
 *
 * @param to where the browser goes
 * @param cookie the name of the cookie that binds the flow to the browser until it comes back
 */
public record Departure(URI to, String cookie, Secret browser) {

    /** The address of an endpoint with more parameters in its query. */
    public static URI address(URI endpoint, Map<String, String> query) {
        String added = query.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&"));
        return URI.create(endpoint + (endpoint.getRawQuery() == null ? "?" : "&") + added);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Without the address, which has the state in it. */
    @Override
    public String toString() {
        return "Departure[" + to.getHost() + "]";
    }
}
