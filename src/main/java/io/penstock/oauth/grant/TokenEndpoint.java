package io.penstock.oauth.grant;

import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.IdentityProvider;
import io.penstock.catalog.OAuthConfig.Subject;
import io.penstock.egress.Bounded;
import io.penstock.egress.Egress;
import io.penstock.egress.Form;
import io.penstock.oauth.server.AuthorizationServer;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.vault.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Asks token endpoints for tokens: one POST, no redirect followed, an answer of at most 64 KiB within 10 s. */
@Component
public final class TokenEndpoint {

    /** Shorter than a lease, so that nobody else begins before this ends. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int LARGEST = 64 * 1024;

    /** What a client that shows itself by a signature sends (RFC 7521, 4.2; RFC 7523, 2.2). */
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final Egress egress;
    private final Clock clock;

    public TokenEndpoint(Egress egress, Clock clock) {
        this.egress = egress;
        this.clock = clock;
    }

    /** For the gateway itself (RFC 6749, 4.4.2). Error: {@link TokenRefused}. */
    public Mono<Granted> clientCredentials(AuthorizationServer server) {
        var form = form("client_credentials", server);
        if (!server.scopes().isEmpty()) {
            form.put("scope", String.join(" ", server.scopes()));
        }
        return post(server.token(), server, form, TokenAnswer::read);
    }

    /** With the refresh token of a user (RFC 6749, 6). Error: {@link TokenRefused}. */
    public Mono<Granted> refresh(AuthorizationServer server, Secret token) {
        var form = form("refresh_token", server);
        form.put("refresh_token", token.reveal());
        return post(server.token(), server, form, TokenAnswer::read);
    }

    /**
     * With the code that a user's browser brought (RFC 6749, 4.1.3; RFC 7636, 4.5). Error: {@link TokenRefused}.
     *
     * @param redirect as it was in the request for the code
     */
    public Mono<Granted> code(AuthorizationServer server, String code, URI redirect, String verifier) {
        var form = form("authorization_code", server);
        form.put("code", code);
        form.put("redirect_uri", redirect.toString());
        form.put("code_verifier", verifier);
        return post(server.token(), server, form, TokenAnswer::agreed);
    }

    /** With a caller's own token (RFC 8693, 2.1). Error: {@link TokenRefused}. */
    public Mono<Granted> exchange(AuthorizationServer server, Subject kind, Secret subject) {
        var form = exchanging(server, kind, subject);
        form.put("requested_token_type", TokenAnswer.TYPE + "access_token");
        String audience = server.audience();
        if (audience != null) {
            form.put("audience", audience);
        }
        return post(server.token(), server, form, TokenAnswer::exchanged);
    }

    /**
     * The word of an enterprise's identity provider on who the caller is, for that server
     * (draft-ietf-oauth-identity-assertion-authz-grant, 4.3). Error: {@link TokenRefused}.
     */
    public Mono<Secret> assertion(
            IdentityProvider idp, AuthorizationServer server, String issuer, Subject kind, Secret subject) {
        var form = exchanging(server, kind, subject);
        form.put("requested_token_type", TokenAnswer.ID_JAG);
        form.put("audience", issuer);
        URI url = idp.tokenUrl();
        var client = new Client(idp.clientId(), idp.clientSecret(), idp.clientKey(), idp.clientAuth());
        return post(url, List.of(url), new Shown(client, url.toString()), form, TokenAnswer::assertion);
    }

    private static Form exchanging(AuthorizationServer server, Subject kind, Secret subject) {
        var form = new Form();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        putResource(form, server);
        if (!server.scopes().isEmpty()) {
            form.put("scope", String.join(" ", server.scopes()));
        }
        form.put("subject_token", subject.reveal());
        form.put("subject_token_type", TokenAnswer.TYPE + kind.text());
        return form;
    }

    /** With that word (RFC 7523, 2.1; the draft's 4.4). Error: {@link TokenRefused}. */
    public Mono<Granted> asserted(AuthorizationServer server, Secret assertion) {
        var form = new Form();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
        form.put("assertion", assertion.reveal());
        return post(server.token(), server, form, TokenAnswer::read);
    }

    /**
     * Revokes tokens, where the server can; the refresh token first: with it the server ends what was made of it (RFC 7009, 2.1). Empty when
     * it did. Error: it did not.
     */
    public Mono<Void> revoke(AuthorizationServer server, @Nullable Secret refresh, @Nullable Secret access) {
        return revoke(server, refresh, "refresh_token").then(revoke(server, access, "access_token"));
    }

    private Mono<Void> revoke(AuthorizationServer server, @Nullable Secret token, String hint) {
        URI url = server.revocation();
        if (url == null || token == null) {
            return Mono.empty();
        }
        var form = new Form();
        form.put("token", token.reveal());
        form.put("token_type_hint", hint);
        return post(url, server, form, TokenEndpoint::revoked).then();
    }

    private static void putResource(Form form, AuthorizationServer server) {
        if (server.takesResource()) {
            form.put("resource", server.resource());
        }
    }

    private static Form form(String grant, AuthorizationServer server) {
        String audience = server.audience();
        var form = new Form();
        form.put("grant_type", grant);
        putResource(form, server);
        if (audience != null) {
            form.put("audience", audience);
        }
        return form;
    }

    /** Reads an answer. */
    @FunctionalInterface
    private interface Reading<T> {

        T read(int status, byte[] body) throws TokenRefused;
    }

    private static Boolean revoked(int status, byte[] body) throws TokenRefused {
        if (status != 200) {
            throw TokenRefused.failed("the revocation endpoint answered " + status);
        }
        return true;
    }

    private <T> Mono<T> post(URI url, AuthorizationServer server, Form form, Reading<T> reading) {
        return post(url, server.given(), new Shown(server.client(), server.addressee()), form, reading);
    }

    /** As whom a server is asked, and what that server is called. */
    private record Shown(Client client, String addressee) {}

    private <T> Mono<T> post(URI url, List<URI> given, Shown shown, Form form, Reading<T> reading) {
        return Mono.fromCallable(() -> Optional.ofNullable(identified(form, shown)))
                .flatMap(header -> form.post(egress.towards(url, given), url, header.orElse(null))
                        .response((response, content) -> answer(response, content, reading))
                        .single())
                .timeout(PATIENCE)
                .onErrorMap(error -> !(error instanceof TokenRefused), _ -> unreachable());
    }

    private static <T> Mono<T> answer(HttpClientResponse response, ByteBufFlux content, Reading<T> reading) {
        return Bounded.read(content, LARGEST).handle((bytes, sink) -> {
            try {
                sink.next(reading.read(response.status().code(), bytes));
            } catch (TokenRefused refused) {
                sink.error(refused);
            }
        });
    }

    /** One text for every way not to reach it, so that nobody learns from it what listens where. */
    private static TokenRefused unreachable() {
        return TokenRefused.failed(
                "the token endpoint could not be reached, or did not answer in time: check token_url");
    }

    /**
     * Puts into the form which client this is, or gives the header that says so. A signature takes a millisecond or a few, as that of a TLS
     * handshake does on the same thread, and is made once for each token and not for each call: no other thread is worth the way to it.
     */
    private @Nullable String identified(Form form, Shown shown) throws TokenRefused {
        Client client = shown.client();
        Secret known = client.secret();
        String secret = known == null ? "" : known.reveal();
        if (client.auth() == ClientAuth.CLIENT_SECRET_BASIC) {
            return Form.basic(client.id(), secret);
        }
        form.put("client_id", client.id());
        if (client.auth() == ClientAuth.CLIENT_SECRET_POST) {
            form.put("client_secret", secret);
        }
        if (client.auth() == ClientAuth.PRIVATE_KEY_JWT) {
            form.put("client_assertion_type", ASSERTION_TYPE);
            form.put("client_assertion", ClientAssertion.sign(client, shown.addressee(), clock.instant()));
        }
        return null;
    }
}
