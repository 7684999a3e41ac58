package io.penstock.catalog.database;

import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.ClientKey;
import io.penstock.catalog.OAuthConfig.Exchange;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.OAuthConfig.IdentityProvider;
import io.penstock.catalog.OAuthConfig.Subject;
import io.penstock.vault.Secret;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An OAuth configuration as JSON: the same fields in the store and in the API. */
final class OAuthConfigs {

    private static final String IDP = "idp_";
    private static final String SECRET = "client_secret";
    private static final String KEY = "client_key";
    private static final String KEY_ID = "client_key_id";

    private OAuthConfigs() {}

    /** @param secrets what stands for a secret: the mask to show it, the secret itself to seal it */
    static void write(ObjectNode json, OAuthConfig config, Function<Secret, String> secrets) {
        json.put("grant_type", config.grant().text());
        put(json, "provider", config.provider());
        put(json, "issuer", config.issuer());
        put(json, "token_url", config.tokenUrl());
        put(json, "authorization_url", config.authorizationUrl());
        put(json, "revocation_url", config.revocationUrl());
        put(json, "redirect_uri", config.redirectUri());
        put(json, "client_id", config.clientId());
        write(json, "", config.clientSecret(), config.clientKey(), secrets);
        json.put("token_endpoint_auth_method", config.clientAuth().text());
        json.put("scope", String.join(" ", config.scopes()));
        put(json, "audience", config.audience());
        put(json, "resource", config.resource());
        Exchange exchange = config.exchange();
        if (exchange != null) {
            json.put("subject_token_type", exchange.subject().text());
            write(json, exchange.idp(), secrets);
        }
    }

    private static void write(ObjectNode json, @Nullable IdentityProvider idp, Function<Secret, String> secrets) {
        if (idp != null) {
            put(json, "idp_token_url", idp.tokenUrl());
            json.put("idp_client_id", idp.clientId());
            write(json, IDP, idp.clientSecret(), idp.clientKey(), secrets);
            json.put("idp_token_endpoint_auth_method", idp.clientAuth().text());
        }
    }

    private static void write(
            ObjectNode json,
            String prefix,
            @Nullable Secret secret,
            @Nullable ClientKey key,
            Function<Secret, String> secrets) {
        put(json, prefix + SECRET, secret == null ? null : secrets.apply(secret));
        if (key != null) {
            json.put(prefix + KEY, secrets.apply(key.key()));
            put(json, prefix + KEY_ID, key.id());
        }
    }

    private static void put(ObjectNode json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, value.toString());
        }
    }

    static OAuthConfig read(JsonNode json) {
        String scope = json.path("scope").asString("");
        return new OAuthConfig(
                Grant.valueOf(upper(json, "grant_type")),
                text(json, "provider"),
                uri(json, "issuer"),
                uri(json, "token_url"),
                uri(json, "authorization_url"),
                uri(json, "revocation_url"),
                uri(json, "redirect_uri"),
                text(json, "client_id"),
                secret(json, SECRET),
                key(json, ""),
                ClientAuth.valueOf(upper(json, "token_endpoint_auth_method")),
                scope.isEmpty() ? List.of() : List.of(scope.split(" ")),
                text(json, "audience"),
                text(json, "resource"),
                json.has("subject_token_type") ? exchange(json) : null);
    }

    private static Exchange exchange(JsonNode json) {
        URI url = uri(json, "idp_token_url");
        return new Exchange(
                Subject.valueOf(upper(json, "subject_token_type")),
                url == null
                        ? null
                        : new IdentityProvider(
                                url,
                                json.required("idp_client_id").stringValue(),
                                secret(json, IDP + SECRET),
                                key(json, IDP),
                                ClientAuth.valueOf(upper(json, "idp_token_endpoint_auth_method"))));
    }

    private static @Nullable ClientKey key(JsonNode json, String prefix) {
        Secret key = secret(json, prefix + KEY);
        return key == null ? null : new ClientKey(key, text(json, prefix + KEY_ID));
    }

    private static @Nullable Secret secret(JsonNode json, String field) {
        String text = text(json, field);
        return text == null ? null : new Secret(text);
    }

    private static String upper(JsonNode json, String field) {
        return json.required(field).stringValue().toUpperCase(Locale.ROOT);
    }

    private static @Nullable String text(JsonNode json, String field) {
        return json.has(field) ? json.required(field).stringValue() : null;
    }

    private static @Nullable URI uri(JsonNode json, String field) {
        String text = text(json, field);
        return text == null ? null : URI.create(text);
    }
}
