package io.penstock.api.documents;

import static io.penstock.api.documents.InputSchemas.choice;
import static io.penstock.api.documents.InputSchemas.secret;
import static io.penstock.api.documents.InputSchemas.text;

import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import java.util.Map;

/** Schemas of what is said of access tokens for upstreams. */
final class OAuthSchemas {

    private OAuthSchemas() {}

    static Schema<?> config() {
        var url = "an https address";
        return new ObjectSchema()
                .description("for auth_type oauth: how access tokens are got")
                .addProperty(
                        "grant_type", choice("client_credentials", "authorization_code", "token_exchange", "id_jag"))
                .addProperty(
                        "provider", text(50).description("a template of GET /oauth/providers fills what is not given"))
                .addProperty("domain", text(253).description("the host of a provider that has one for each customer"))
                .addProperty(
                        "issuer",
                        text(2048)
                                .description(
                                        "the authorization server's identifier, letter by letter: what is not given"
                                                + " is read from its metadata; where token_url is missing too, the upstream"
                                                + " names the issuer"))
                .addProperty("token_url", text(2048).description(url))
                .addProperty("authorization_url", text(2048).description(url))
                .addProperty("revocation_url", text(2048).description(url))
                .addProperty("redirect_uri", text(2048).description("this gateway's address with /oauth/callback"))
                .addProperty(
                        "client_id",
                        text(1024).description("where it is missing, this gateway becomes a client of the issuer"))
                .addProperty("client_secret", secret("oauth"))
                .addProperty("client_key", key())
                .addProperty("client_key_id", keyId())
                .addProperty("token_endpoint_auth_method", method())
                .addProperty("scope", text(8192).description("words with spaces between"))
                .addProperty("scopes", new ArraySchema().items(text(255)).maxItems(100))
                .addProperty("audience", text(2048))
                .addProperty("resource", text(2048).description("RFC 8707; the gateway's url where it is not given"))
                .addProperty(
                        "subject_token_type",
                        choice("access_token", "jwt", "id_token")
                                .description("for token_exchange and id_jag: what callers' own tokens are"))
                .addProperty(
                        "idp_token_url", text(2048).description("for id_jag: where the identity provider exchanges"))
                .addProperty("idp_client_id", text(1024))
                .addProperty("idp_client_secret", secret("oauth"))
                .addProperty("idp_client_key", key())
                .addProperty("idp_client_key_id", keyId())
                .addProperty("idp_token_endpoint_auth_method", method());
    }

    private static Schema<?> key() {
        return new StringSchema()
                .maxLength(8192)
                .format("password")
                .description(
                        "for private_key_jwt: a private key, PEM (PKCS #8) or a JWK as a text, RSA of 2048 to 4096"
                                + " bits or EC on P-256 or P-384; reads as *****, and sending that back keeps the stored value");
    }

    private static Schema<?> keyId() {
        return text(255).description("the kid that the server knows the key by; that of the JWK where it is not given");
    }

    private static Schema<?> method() {
        return choice("client_secret_basic", "client_secret_post", "private_key_jwt", "none");
    }

    static Schema<?> revocation() {
        return new ObjectSchema()
                .addProperty(
                        "ids",
                        new ArraySchema()
                                .items(new StringSchema().format("uuid"))
                                .maxItems(1000))
                .addProperty("user", text(320))
                .addProperty("gateway_id", new StringSchema().format("uuid"))
                .description("At least one of them; what is named narrows")
                .example(Map.of("user", "ann@example.com"));
    }
}
