package io.penstock.oauth.registration;

import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.egress.JsonAnswer;
import io.penstock.oauth.server.AuthorizationServer.Client;
import io.penstock.oauth.server.Pointers;
import io.penstock.oauth.server.Undiscovered;
import io.penstock.vault.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a registration endpoint answered. Nothing that it wrote is repeated but an error code of the specification's form. */
final class RegistrationAnswer {

    /** A secret that ends sooner is not worth a registration. */
    static final Duration SHORTEST = Duration.ofMinutes(10);

    private static final Duration LONGEST = Duration.ofDays(3650);

    /** RFC 6749, A.1 and A.2. */
    private static final Pattern ID = Pattern.compile("[ -~]{1,1024}");

    private static final Pattern SECRET = Pattern.compile("[ -~]{1,8192}");
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,16384}");
    private static final Pattern CODE = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

    private RegistrationAnswer() {}

    /** @throws Undiscovered where it makes no client that can be used as it was asked for */
    static Registered read(JsonAnswer answer, Registration asked, Pointers pointers, Instant now) throws Undiscovered {
        if (answer.status() != 201 && answer.status() != 200) {
            throw refused(answer);
        }
        String id = answer.text("client_id");
        if (id == null || !ID.matcher(id).matches()) {
            throw wrong("without a client_id that can be used");
        }
        unchanged(answer, "redirect_uris", asked.redirects());
        unchanged(answer, "grant_types", asked.grants());
        ClientAuth auth = auth(answer, asked.auth());
        Secret secret = auth == ClientAuth.NONE ? null : secret(answer);
        URI management = pointers.confidential(answer.text("registration_client_uri"));
        String token = answer.text("registration_access_token");
        boolean managed =
                management != null && token != null && TOKEN.matcher(token).matches();
        return new Registered(
                new Client(id, secret, null, auth),
                secret == null ? null : left(answer, now),
                managed ? management : null,
                managed && token != null ? new Secret(token) : null);
    }

    private static Undiscovered refused(JsonAnswer answer) {
        String error = answer.text("error");
        String said = error != null && CODE.matcher(error).matches() ? " (" + error + ")" : "";
        String answered =
                "its authorization server answered the registration of this gateway with " + answer.status() + said;
        return answer.status() >= 500 || answer.status() == 429
                ? Undiscovered.failed(answered)
                : Undiscovered.wrong(answered + ": register it there by hand, and set client_id in oauth_config");
    }

    private static Undiscovered wrong(String how) {
        return Undiscovered.wrong("its authorization server answered the registration of this gateway " + how
                + ": register it there by hand, and set client_id in oauth_config");
    }

    /** A server may change what it was asked for (RFC 7591, 3.2.1), but not to where codes are sent, or what the client is for. */
    private static void unchanged(JsonAnswer answer, String field, List<String> asked) throws Undiscovered {
        List<String> said = answer.texts(field);
        if (said != null && !said.containsAll(asked)) {
            throw wrong("with other " + field + " than it was asked for");
        }
    }

    private static ClientAuth auth(JsonAnswer answer, ClientAuth asked) throws Undiscovered {
        String said = answer.text("token_endpoint_auth_method");
        if (said == null || said.equals(asked.text())) {
            return asked;
        }
        for (ClientAuth known : List.of(ClientAuth.CLIENT_SECRET_BASIC, ClientAuth.CLIENT_SECRET_POST)) {
            if (said.toLowerCase(Locale.ROOT).equals(known.text())) {
                return known;
            }
        }
        throw wrong("with a token_endpoint_auth_method that it was not asked for");
    }

    private static Secret secret(JsonAnswer answer) throws Undiscovered {
        String secret = answer.text("client_secret");
        if (secret == null || !SECRET.matcher(secret).matches()) {
            throw wrong("without a client_secret that can be used");
        }
        return new Secret(secret);
    }

    /** Zero means never. */
    private static @Nullable Duration left(JsonAnswer answer, Instant now) throws Undiscovered {
        JsonNode object = answer.object();
        if (object == null || !object.has("client_secret_expires_at")) {
            return null;
        }
        Long ends = answer.number("client_secret_expires_at");
        if (ends != null && ends == 0) {
            return null;
        }
        if (ends == null || ends - now.getEpochSecond() < SHORTEST.toSeconds()) {
            throw wrong(
                    "with a client_secret that ends within " + SHORTEST.toMinutes() + " minutes, or nobody knows when");
        }
        long seconds = ends - now.getEpochSecond();
        return seconds > LONGEST.toSeconds() ? LONGEST : Duration.ofSeconds(seconds);
    }
}
