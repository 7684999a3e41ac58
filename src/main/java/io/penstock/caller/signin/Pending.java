package io.penstock.caller.signin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a sign-in until the browser comes back.
 *
 * @param issuer who was asked
 * @param verifier the secret of PKCE (RFC 7636, 4.1)
 * @param returnTo null for none
 */
record Pending(
        String issuer,
        String verifier,
        String nonce,
        @Nullable String returnTo) {

    /** As one text: none of the parts holds a line break. */
    String text() {
        return String.join("\n", issuer, verifier, nonce, returnTo == null ? "" : returnTo);
    }

    static Pending of(String text) {
        List<String> parts = List.of(text.split("\n", -1));
        return new Pending(
                parts.get(0), parts.get(1), parts.get(2), parts.get(3).isEmpty() ? null : parts.get(3));
    }

    /** Its parts are secrets. */
    @Override
    public String toString() {
        return "Pending[" + issuer + "]";
    }
}
