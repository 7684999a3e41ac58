package io.penstock.oauth.connect;

import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a connection until the browser comes back.
 *
 * @param source how its user was recognised
 * @param ambient whether the browser showed by itself who the user is; then it has to again
 * @param authority who was asked, as a digest
 * @param issuer as whom answers name their server; null where that is not known
 * @param namesItself whether answers do
 * @param verifier the secret of PKCE (RFC 7636, 4.1)
 */
record Pending(
        UUID gateway,
        String user,
        String source,
        boolean ambient,
        String authority,
        @Nullable String issuer,
        boolean namesItself,
        URI redirect,
        String verifier) {

    /** As one text: none of the parts holds a line break. */
    String text() {
        return String.join(
                "\n",
                gateway.toString(),
                user,
                source,
                Boolean.toString(ambient),
                authority,
                issuer == null ? "" : issuer,
                Boolean.toString(namesItself),
                redirect.toString(),
                verifier);
    }

    static Pending of(String text) {
        List<String> parts = List.of(text.split("\n", -1));
        return new Pending(
                UUID.fromString(parts.get(0)),
                parts.get(1),
                parts.get(2),
                Boolean.parseBoolean(parts.get(3)),
                parts.get(4),
                parts.get(5).isEmpty() ? null : parts.get(5),
                Boolean.parseBoolean(parts.get(6)),
                URI.create(parts.get(7)),
                parts.get(8));
    }

    /** Without the verifier, which is a secret. */
    @Override
    public String toString() {
        return "Pending[" + gateway + ", " + user + "]";
    }
}
