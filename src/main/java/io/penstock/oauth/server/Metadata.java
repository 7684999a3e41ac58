package io.penstock.oauth.server;

import io.penstock.egress.JsonAnswer;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an authorization server publishes of itself (RFC 8414, 2).
 *
 * @param issuer as it was asked for, letter by letter
 * @param authorize null where it does not say
 * @param token null where it does not say
 * @param revocation null where it cannot
 * @param registration where clients register (RFC 7591); null where they cannot
 * @param namesItself whether its answers to browsers carry {@code iss} (RFC 9207)
 * @param challenges whether it lists the code challenge method S256
 * @param clientDocuments whether a client's id may be the address of a document about it
 * @param clientAuths how clients may show themselves; RFC 8414 takes client_secret_basic where it does not say
 */
public record Metadata(
        String issuer,
        @Nullable URI authorize,
        @Nullable URI token,
        @Nullable URI revocation,
        @Nullable URI registration,
        boolean namesItself,
        boolean challenges,
        boolean clientDocuments,
        List<String> clientAuths) {

    private static final String DISCOVERY = "/.well-known/openid-configuration";

    public Metadata {
        clientAuths = List.copyOf(clientAuths);
    }

    /**
     * Where they may be, in the order that they are looked for in (RFC 8414, 3.1 and 5; OpenID Connect Discovery 1.0, 4; MCP,
     * Authorization, 2.3.2).
     */
    static List<URI> places(String issuer) {
        URI url = URI.create(issuer);
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String own = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        URI server = url.resolve("/.well-known/oauth-authorization-server" + own);
        URI appended = url.resolve(own + DISCOVERY);
        return own.isEmpty() ? List.of(server, appended) : List.of(server, url.resolve(DISCOVERY + own), appended);
    }

    /** @throws Undiscovered where they are another server's, or hold an address that must not be used */
    static Metadata read(JsonAnswer answer, String issuer, Pointers pointers) throws Undiscovered {
        if (!issuer.equals(answer.text("issuer"))) {
            throw Undiscovered.wrong(
                    "the metadata of its authorization server name another issuer than the one they were asked for,"
                            + " letter by letter");
        }
        List<String> methods = answer.texts("code_challenge_methods_supported");
        List<String> auths = answer.texts("token_endpoint_auth_methods_supported");
        return new Metadata(
                issuer,
                address(answer, "authorization_endpoint", pointers),
                address(answer, "token_endpoint", pointers),
                address(answer, "revocation_endpoint", pointers),
                address(answer, "registration_endpoint", pointers),
                answer.isTrue("authorization_response_iss_parameter_supported"),
                methods != null && methods.contains("S256"),
                answer.isTrue("client_id_metadata_document_supported"),
                auths == null ? List.of("client_secret_basic") : auths);
    }

    private static @Nullable URI address(JsonAnswer answer, String name, Pointers pointers) throws Undiscovered {
        String text = answer.text(name);
        URI url = pointers.confidential(text);
        if (text != null && url == null) {
            throw Undiscovered.wrong("the metadata of its authorization server hold a " + name
                    + " that is no https address, or none that may be reached");
        }
        return url;
    }
}
