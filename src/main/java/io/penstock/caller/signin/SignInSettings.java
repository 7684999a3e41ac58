package io.penstock.caller.signin;

import io.penstock.vault.Secret;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Sign-in with an identity provider.
 *
 * @param enabled {@code MCP_AUTH_ENABLED}: whether users sign in with an identity provider. A setting that is missing or wrong then stops the
 *     start
 * @param providerType {@code MCP_AUTH_PROVIDER_TYPE}: {@code cognito}, {@code okta}, or {@code generic} for any other OpenID Connect provider
 * @param scopes {@code MCP_AUTH_SCOPES}: what is asked for, {@code openid} among it; empty: {@code openid profile email}, of Okta
 *     {@code groups} too where the tenant URL has no path, of Cognito {@code openid email}
 * @param cognito the user pool of AWS Cognito
 * @param okta the tenant of Okta
 * @param generic any other OpenID Connect provider
 * @param clientAuthMethod {@code MCP_AUTH_CLIENT_AUTH_METHOD}: how the client shows its secret at the token endpoint,
 *     {@code client_secret_basic} or {@code client_secret_post}
 * @param afterLogoutUri {@code MCP_AUTH_AFTER_LOGOUT_URI}: where the provider sends browsers after a logout there; Cognito needs it
 * @param userClaim {@code MCP_AUTH_USER_CLAIM}: the claim of the ID token that names the user
 * @param groupsClaims {@code MCP_AUTH_GROUPS_CLAIMS}: the claims of the ID token that name the user's groups. A user without any has no groups
 *     and may do what roles here allow; empty: groups mean nothing, and a user without a role here is a viewer
 * @param emailDomains {@code MCP_AUTH_EMAIL_DOMAINS}: the only domains whose users may sign in, {@code example.com,example.org}; empty: all
 */
@ConfigurationProperties("penstock.sign-in")
record SignInSettings(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("") String providerType,
        @DefaultValue("") String scopes,
        @DefaultValue Cognito cognito,
        @DefaultValue Okta okta,
        @DefaultValue Generic generic,
        @DefaultValue("client_secret_basic") ClientAuthMethod clientAuthMethod,
        @DefaultValue("") String afterLogoutUri,
        @DefaultValue("email") String userClaim,
        @DefaultValue({"groups", "cognito:groups"}) List<String> groupsClaims,
        @DefaultValue List<String> emailDomains) {

    SignInSettings {
        groupsClaims = List.copyOf(groupsClaims);
        emailDomains = List.copyOf(emailDomains);
    }

    /** How a client shows its secret (OpenID Connect Core 1.0, 9). */
    enum ClientAuthMethod {
        CLIENT_SECRET_BASIC,
        CLIENT_SECRET_POST
    }

    /**
     * A user pool of AWS Cognito.
     *
     * @param userPoolId {@code MCP_AUTH_COGNITO_USER_POOL_ID}: like {@code us-east-1_Ab12Cd34E}
     * @param clientId {@code MCP_AUTH_COGNITO_CLIENT_ID}: of the app client
     * @param clientSecret {@code MCP_AUTH_COGNITO_CLIENT_SECRET}: of the app client
     * @param callbackUri {@code MCP_AUTH_COGNITO_CALLBACK_URI}: as registered there, {@code https://mcp.example.com/oauth/callback/cognito}
     * @param region {@code MCP_AUTH_COGNITO_REGION}: like {@code us-east-1}
     */
    record Cognito(
            @DefaultValue("") String userPoolId,
            @DefaultValue("") String clientId,
            @DefaultValue("") Secret clientSecret,
            @DefaultValue("") String callbackUri,
            @DefaultValue("") String region) {}

    /**
     * A tenant of Okta.
     *
     * @param tenantUrl {@code MCP_AUTH_OKTA_TENANT_URL}: {@code https://your-domain.okta.com}, or with {@code /oauth2/default} the address of an
     *     authorization server of yours there
     * @param clientId {@code MCP_AUTH_OKTA_CLIENT_ID}: of the app integration
     * @param clientSecret {@code MCP_AUTH_OKTA_CLIENT_SECRET}: of the app integration
     * @param callbackUri {@code MCP_AUTH_OKTA_CALLBACK_URI}: as registered there, {@code https://mcp.example.com/oauth/callback/okta}
     */
    record Okta(
            @DefaultValue("") String tenantUrl,
            @DefaultValue("") String clientId,
            @DefaultValue("") Secret clientSecret,
            @DefaultValue("") String callbackUri) {}

    /**
     * Any other provider of OpenID Connect.
     *
     * @param clientId {@code MCP_AUTH_CLIENT_ID}: of this gateway at the provider
     * @param clientSecret {@code MCP_AUTH_CLIENT_SECRET}: of this gateway at the provider
     * @param authorizeUrl {@code MCP_AUTH_AUTHORIZE_URL}: where browsers are sent. It, the token URL and the JWKS URL are all set, or none of
     *     them; then they are read from the issuer's {@code /.well-known/openid-configuration}
     * @param tokenUrl {@code MCP_AUTH_TOKEN_URL}: where codes are exchanged
     * @param jwksUrl {@code MCP_AUTH_JWKS_URL}: where the provider publishes its keys
     * @param callbackUri {@code MCP_AUTH_CALLBACK_URI}: as registered there, {@code https://mcp.example.com/oauth/callback}
     * @param issuer {@code MCP_AUTH_ISSUER}: the {@code iss} of its ID tokens, exactly
     * @param issRequired {@code MCP_AUTH_ISS_REQUIRED}: whether its answers have to name it in {@code iss} (RFC 9207); where they are read,
     *     its own metadata say so too
     * @param logoutUrl {@code MCP_AUTH_LOGOUT_URL}: where browsers end the provider's own session; optional
     */
    record Generic(
            @DefaultValue("") String clientId,
            @DefaultValue("") Secret clientSecret,
            @DefaultValue("") String authorizeUrl,
            @DefaultValue("") String tokenUrl,
            @DefaultValue("") String jwksUrl,
            @DefaultValue("") String callbackUri,
            @DefaultValue("") String issuer,
            @DefaultValue("false") boolean issRequired,
            @DefaultValue("") String logoutUrl) {}
}
