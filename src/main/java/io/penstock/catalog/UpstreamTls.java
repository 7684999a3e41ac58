package io.penstock.catalog;

import io.penstock.vault.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What TLS with an upstream goes by, as PEM.
 *
 * @param authorities whose certificates are believed, in place of the platform's; null for the platform's
 * @param certificate what the upstream is shown, with what leads to its authority; null for none
 * @param key that of the certificate; null where there is none
 * @param pins which keys the upstream's own certificate may have, as {@code sha256/} and Base64; empty for any
 */
public record UpstreamTls(
        @Nullable String authorities,
        @Nullable String certificate,
        @Nullable Secret key,
        List<String> pins) {

    /** Nothing but the platform's. */
    public static final UpstreamTls NONE = new UpstreamTls(null, null, null, List.of());

    private static final JsonMapper JSON = new JsonMapper();

    public UpstreamTls {
        pins = List.copyOf(pins);
    }

    /** Its fields as the API shows them, with the key masked, as a JSON object. */
    public String shown() {
        var json = JSON.createObjectNode();
        if (authorities != null) {
            json.put("ca_certificate", authorities);
        }
        if (certificate != null) {
            json.put("client_cert", certificate);
        }
        if (key != null) {
            json.put("client_key", Secret.MASK);
        }
        if (!pins.isEmpty()) {
            pins.forEach(json.putArray("certificate_pins")::add);
        }
        return JSON.writeValueAsString(json);
    }

    /** Reads what {@link #shown()} wrote. */
    public static UpstreamTls read(String shown, @Nullable Secret key) {
        var json = JSON.readTree(shown);
        return new UpstreamTls(
                text(json, "ca_certificate"),
                text(json, "client_cert"),
                key,
                json.path("certificate_pins")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList());
    }

    private static @Nullable String text(JsonNode json, String field) {
        return json.path(field).asString(null);
    }
}
