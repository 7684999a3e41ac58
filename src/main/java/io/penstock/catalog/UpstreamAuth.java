package io.penstock.catalog;

import io.penstock.vault.Secret;
import java.util.List;

/** The credential that an upstream wants, opened. It is sealed in the store and in the snapshot. */
public sealed interface UpstreamAuth {

    /** No credential. */
    record None() implements UpstreamAuth {}

    /** {@code Authorization: Bearer}. */
    record Bearer(Secret token) implements UpstreamAuth {}

    /** {@code Authorization: Basic} (RFC 7617). */
    record Basic(String username, Secret password) implements UpstreamAuth {}

    /** Headers of the operator's own. */
    record Headers(List<Header> headers) implements UpstreamAuth {

        public Headers {
            headers = List.copyOf(headers);
        }

        /** One header. */
        public record Header(String key, Secret value) {}
    }

    /** A query parameter, for APIs that want their key in the URL. */
    record QueryParam(String key, Secret value) implements UpstreamAuth {}

    /** {@code Authorization: Bearer} with a token that an authorization server gives. */
    record OAuth(OAuthConfig config) implements UpstreamAuth {}
}
