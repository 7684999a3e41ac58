package io.penstock.caller.signin;

import io.penstock.caller.flow.Addresses;
import io.penstock.caller.signin.Provider.Kind;
import io.penstock.vault.Secret;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Makes the provider of the settings. One that is missing or wrong stops the start with its name; no secret is in the message. */
final class Providers {

    private static final String CALLBACK = "/oauth/callback";
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]+");
    private static final Pattern POOL = Pattern.compile("[a-z0-9-]+_[0-9A-Za-z]+");

    private final SignInSettings settings;

    private Providers(SignInSettings settings) {
        this.settings = settings;
    }

    static Provider of(SignInSettings settings) {
        var providers = new Providers(settings);
        return switch (kind(settings.providerType())) {
            case COGNITO -> providers.cognito(settings.cognito());
            case OKTA -> providers.okta(settings.okta());
            case GENERIC -> providers.generic(settings.generic());
        };
    }

    private static Kind kind(String name) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.text().equals(name.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> wrong("MCP_AUTH_PROVIDER_TYPE", "It must be cognito, okta or generic."));
    }

    private Provider cognito(SignInSettings.Cognito given) {
        String region = matching("MCP_AUTH_COGNITO_REGION", given.region(), REGION, "a region like us-east-1");
        String pool = matching(
                "MCP_AUTH_COGNITO_USER_POOL_ID", given.userPoolId(), POOL, "a user pool's id like us-east-1_Ab12Cd34E");
        if (!pool.startsWith(region + "_")) {
            throw wrong(
                    "MCP_AUTH_COGNITO_USER_POOL_ID",
                    "It must be of MCP_AUTH_COGNITO_REGION, whose name it begins with.");
        }
        String domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
        return new Provider(
                Kind.COGNITO,
                "https://cognito-idp." + region + "." + domain + "/" + pool,
                present("MCP_AUTH_COGNITO_CLIENT_ID", given.clientId(), "the app client's id"),
                secret("MCP_AUTH_COGNITO_CLIENT_SECRET", given.clientSecret()),
                callback("MCP_AUTH_COGNITO_CALLBACK_URI", given.callbackUri(), Kind.COGNITO),
                scopes("openid email"),
                null);
    }

    private Provider okta(SignInSettings.Okta given) {
        String tenant = given.tenantUrl().strip();
        URI url = address("MCP_AUTH_OKTA_TENANT_URL", tenant, "https://your-domain.okta.com");
        String issuer = tenant.endsWith("/") ? tenant.substring(0, tenant.length() - 1) : tenant;
        boolean ofTenant = List.of("", "/").contains(url.getRawPath());
        return new Provider(
                Kind.OKTA,
                issuer,
                present("MCP_AUTH_OKTA_CLIENT_ID", given.clientId(), "the app integration's client id"),
                secret("MCP_AUTH_OKTA_CLIENT_SECRET", given.clientSecret()),
                callback("MCP_AUTH_OKTA_CALLBACK_URI", given.callbackUri(), Kind.OKTA),
                // an authorization server of one's own there knows the scope groups only where it was made
                scopes(ofTenant ? "openid profile email groups" : "openid profile email"),
                null);
    }

    private Provider generic(SignInSettings.Generic given) {
        String issuer = given.issuer().strip();
        if (Addresses.plain(issuer) == null) {
            throw wrong("MCP_AUTH_ISSUER", Addresses.RIGHT.formatted("https://your-provider.com"));
        }
        return new Provider(
                Kind.GENERIC,
                issuer,
                present("MCP_AUTH_CLIENT_ID", given.clientId(), "the id of this gateway at the provider"),
                secret("MCP_AUTH_CLIENT_SECRET", given.clientSecret()),
                callback("MCP_AUTH_CALLBACK_URI", given.callbackUri(), Kind.GENERIC),
                scopes("openid profile email"),
                endpoints(given));
    }

    private static @Nullable Endpoints endpoints(SignInSettings.Generic given) {
        boolean none = Stream.of(given.authorizeUrl(), given.tokenUrl(), given.jwksUrl())
                .allMatch(String::isBlank);
        URI logout = given.logoutUrl().isBlank()
                ? null
                : address("MCP_AUTH_LOGOUT_URL", given.logoutUrl(), "https://your-provider.com/logout");
        if (none) {
            return null;
        }
        return new Endpoints(
                address("MCP_AUTH_AUTHORIZE_URL", given.authorizeUrl(), "https://your-provider.com/oauth2/authorize"),
                address("MCP_AUTH_TOKEN_URL", given.tokenUrl(), "https://your-provider.com/oauth2/token"),
                address("MCP_AUTH_JWKS_URL", given.jwksUrl(), "https://your-provider.com/.well-known/jwks.json"),
                logout,
                given.issRequired());
    }

    private String scopes(String standard) {
        String scopes =
                settings.scopes().isBlank() ? standard : settings.scopes().strip();
        if (!List.of(scopes.split(" +", -1)).contains("openid") || !scopes.matches("[\\x21-\\x7E ]+")) {
            throw wrong(
                    "MCP_AUTH_SCOPES", "It must hold openid, and spaces between scopes, like openid profile email.");
        }
        return scopes.replaceAll(" +", " ");
    }

    private static URI callback(String setting, String value, Kind kind) {
        URI url = Addresses.plain(value.strip());
        boolean here =
                url != null && List.of(CALLBACK, CALLBACK + "/" + kind.text()).contains(url.getRawPath());
        if (url == null || !here) {
            throw wrong(
                    setting,
                    "It must be this gateway's address with the path " + CALLBACK + "/" + kind.text() + " or "
                            + CALLBACK + ": https, or http on localhost.");
        }
        return url;
    }

    private static URI address(String setting, String value, String example) {
        URI url = Addresses.read(value.strip());
        if (url == null) {
            throw wrong(setting, Addresses.RIGHT.formatted(example));
        }
        return url;
    }

    private static String matching(String setting, String value, Pattern pattern, String right) {
        if (!pattern.matcher(value.strip()).matches()) {
            throw wrong(setting, "It must be " + right + ".");
        }
        return value.strip();
    }

    private static String present(String setting, String value, String right) {
        if (value.isBlank() || value.length() > 1024) {
            throw wrong(setting, "It must be " + right + ".");
        }
        return value.strip();
    }

    private static Secret secret(String setting, Secret secret) {
        var _ = present(setting, secret.reveal(), "the secret that the provider gave for the client id");
        return secret;
    }

    static InvalidConfigurationPropertyValueException wrong(String setting, String reason) {
        return new InvalidConfigurationPropertyValueException(setting, null, reason);
    }
}
