package io.penstock.oauth.registration;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.penstock.ingress.IngressSettings;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What this gateway says of itself to authorization servers that know a client by the address of a document about it
 * (draft-ietf-oauth-client-id-metadata-document, 3 and 4).
 */
@Component
public final class ClientDocument {

    /** Where it is. */
    public static final String PATH = "/oauth/client.json";

    static final String CALLBACK = "/oauth/callback";

    private final IngressSettings ingress;

    public ClientDocument(IngressSettings ingress) {
        this.ingress = ingress;
    }

    /** The document (RFC 7591, 2). */
    public record Content(
            @JsonProperty("client_id") String clientId,
            @JsonProperty("client_name") String clientName,
            @JsonProperty("client_uri") String clientUri,
            @JsonProperty("redirect_uris") List<String> redirectUris,
            @JsonProperty("grant_types") List<String> grantTypes,
            @JsonProperty("response_types") List<String> responseTypes,
            @JsonProperty("token_endpoint_auth_method") String clientAuth) {

        public Content {
            redirectUris = List.copyOf(redirectUris);
            grantTypes = List.copyOf(grantTypes);
            responseTypes = List.copyOf(responseTypes);
        }
    }

    /** Null where nobody can fetch it: this gateway has no https address. */
    public @Nullable Content content() {
        return isPublished()
                ? new Content(
                        ingress.url(PATH),
                        RegistrationEndpoint.NAME,
                        ingress.url("/"),
                        List.of(callback()),
                        List.of("authorization_code", "refresh_token"),
                        List.of("code"),
                        "none")
                : null;
    }

    /** The client's id for that redirect URI; null where the document is not published, or names another one. */
    @Nullable
    String id(@Nullable URI redirect) {
        return isPublished() && (redirect == null || redirect.toString().equals(callback())) ? ingress.url(PATH) : null;
    }

    /** Where users come back to. */
    String callback() {
        return ingress.url(CALLBACK);
    }

    private boolean isPublished() {
        return "https".equals(ingress.baseUrl().getScheme());
    }
}
