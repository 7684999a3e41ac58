package io.penstock.oauth.grant;

import io.penstock.vault.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a token endpoint answered (RFC 6749, 5). Nothing that it wrote is repeated but an error code of the specification's form. */
final class TokenAnswer {

    static final String TYPE = "urn:ietf:params:oauth:token-type:";
    static final String ID_JAG = TYPE + "id-jag";

    /** Some servers leave it out, though it is required. */
    private static final Set<String> ACCESS_TOKENS = Set.of(TYPE + "access_token", TYPE + "jwt", "");

    private static final Duration SHORTEST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofDays(30);

    /** A lifetime that is not told is short: the upstream says when it is over. */
    private static final Duration UNTOLD = Duration.ofMinutes(10);

    /** For what nobody can renew: its end is the upstream's word, or its user's. */
    private static final Duration ENDLESS = Duration.ofDays(3650);

    /** RFC 6749, A.12: visible ASCII; a header cannot carry anything else. */
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,16384}");

    private static final Pattern CODE = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private static final String CHECK_CLIENT =
            ": check client_id, client_secret or client_key, and token_endpoint_auth_method";

    private TokenAnswer() {}

    /** @throws TokenRefused where it gave no token that can be used */
    static Granted read(int status, byte[] body) throws TokenRefused {
        return granted(successful(status, body), UNTOLD, LONGEST);
    }

    /**
     * As {@link #read}, of one that a user agreed to. Where it came without a refresh token, an end that the server did not tell, or one that
     * is far away, would only have the user agree again for a token that is still good: so it is with GitHub's OAuth apps.
     */
    static Granted agreed(int status, byte[] body) throws TokenRefused {
        JsonNode json = successful(status, body);
        return token(json, "refresh_token") == null ? granted(json, ENDLESS, ENDLESS) : granted(json, UNTOLD, LONGEST);
    }

    /** As {@link #read}, of one that was exchanged (RFC 8693, 2.2.1). */
    static Granted exchanged(int status, byte[] body) throws TokenRefused {
        JsonNode json = successful(status, body);
        if (!ACCESS_TOKENS.contains(json.path("issued_token_type").asString(""))) {
            throw TokenRefused.refused(
                    "the token endpoint exchanged the caller's token for another kind than an access token");
        }
        return granted(json, UNTOLD, LONGEST);
    }

    /** An assertion of who a user is (draft-ietf-oauth-identity-assertion-authz-grant, 4.3.3): it is no access token, and so of no type. */
    static Secret assertion(int status, byte[] body) throws TokenRefused {
        JsonNode json = successful(status, body);
        Secret assertion = token(json, "access_token");
        if (assertion == null || !ID_JAG.equals(json.path("issued_token_type").asString(""))) {
            throw TokenRefused.refused(
                    "the identity provider exchanged the caller's token for another kind than an ID-JAG");
        }
        return assertion;
    }

    private static JsonNode successful(int status, byte[] body) throws TokenRefused {
        JsonNode json = json(body);
        String error = json.path("error").asString("");
        if (!error.isEmpty()) {
            throw refused(status, CODE.matcher(error).matches() ? error : "an error of its own");
        }
        if (status != 200) {
            throw status >= 500 || status == 429 || status == 408
                    ? TokenRefused.failed("the token endpoint answered " + status)
                    : TokenRefused.refused("the token endpoint answered " + status + ": check token_url");
        }
        return json;
    }

    private static JsonNode json(byte[] body) {
        try {
            JsonNode json = JSON.readTree(new String(body, StandardCharsets.UTF_8));
            return json.isObject() ? json : JSON.createObjectNode();
        } catch (JacksonException notJson) {
            return JSON.createObjectNode();
        }
    }

    private static TokenRefused refused(int status, String error) {
        String said = "the token endpoint answered " + error;
        return switch (error) {
            case "invalid_grant", "bad_refresh_token", "bad_verification_code" -> TokenRefused.grantGone(said);
            case "invalid_client" -> TokenRefused.clientUnknown(said + CHECK_CLIENT);
            case "unauthorized_client" -> TokenRefused.refused(said + CHECK_CLIENT);
            case "invalid_scope" -> TokenRefused.refused(said + ": check scope");
            case "invalid_target" -> TokenRefused.refused(said + ": check resource and audience");
            case "temporarily_unavailable", "server_error", "slow_down" -> TokenRefused.failed(said);
            default -> status >= 500 ? TokenRefused.failed(said) : TokenRefused.refused(said);
        };
    }

    private static Granted granted(JsonNode json, Duration untold, Duration longest) throws TokenRefused {
        Secret access = token(json, "access_token");
        if (access == null) {
            throw TokenRefused.failed("the token endpoint answered without an access_token that can be used");
        }
        String type = json.path("token_type").asString("");
        if (!type.equalsIgnoreCase("bearer")) {
            throw TokenRefused.refused("the token endpoint gives tokens of another token_type than Bearer");
        }
        Duration lifetime = lifetime(json.path("expires_in"), untold, longest);
        return new Granted(access, token(json, "refresh_token"), lifetime, scopes(json));
    }

    private static @Nullable Secret token(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isString() && TOKEN.matcher(value.stringValue()).matches()
                ? new Secret(value.stringValue())
                : null;
    }

    /** Some servers write the number as a text. */
    private static Duration lifetime(JsonNode told, Duration untold, Duration longest) {
        double seconds = told.isNumber() ? told.doubleValue() : number(told.asString(""));
        if (Double.isNaN(seconds)) {
            return untold;
        }
        if (seconds <= SHORTEST.toSeconds()) {
            return SHORTEST;
        }
        return seconds >= longest.toSeconds() ? longest : Duration.ofSeconds((long) seconds);
    }

    private static double number(String text) {
        return text.matches("-?[0-9]{1,18}") ? Double.parseDouble(text) : Double.NaN;
    }

    private static @Nullable List<String> scopes(JsonNode json) {
        String scope = json.path("scope").asString("");
        // GitHub puts commas between them
        return scope.isBlank() ? null : List.of(scope.strip().split("[ ,]+"));
    }
}
