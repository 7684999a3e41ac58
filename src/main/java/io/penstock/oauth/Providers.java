package io.penstock.oauth;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Templates of common authorization servers; what an operator writes wins over them. */
public final class Providers {

    private static final String DOMAIN = "{domain}";

    private static final Map<String, Template> ALL = all();

    private Providers() {}

    /**
     * What is known of an authorization server. {@code {domain}} in an address is to be replaced by the operator's own.
     *
     * @param id its name in {@code oauth_config.provider}
     * @param issuer null where it names none
     * @param revocationUrl null where it cannot revoke
     * @param scopes what is asked for where nothing else is said
     * @param needsDomain whether {@code oauth_config.domain} is demanded
     */
    public record Template(
            String id,
            String name,
            @Nullable String issuer,
            @Nullable String authorizationUrl,
            @Nullable String tokenUrl,
            @Nullable String revocationUrl,
            List<String> scopes,
            boolean needsDomain) {

        public Template {
            scopes = List.copyOf(scopes);
        }

        /** The template with that domain in it. */
        public Template at(String domain) {
            return new Template(
                    id,
                    name,
                    filled(issuer, domain),
                    filled(authorizationUrl, domain),
                    filled(tokenUrl, domain),
                    filled(revocationUrl, domain),
                    scopes,
                    needsDomain);
        }

        private static @Nullable String filled(@Nullable String url, String domain) {
            return url == null ? null : url.replace(DOMAIN, domain);
        }
    }

    /** In the order that they are shown in. */
    public static List<Template> list() {
        return List.copyOf(ALL.values());
    }

    /** Null where there is none of that name, however it is spelt. */
    public static @Nullable Template find(String id) {
        return ALL.get(id.toLowerCase(Locale.ROOT));
    }

    /** What this provider wants to be asked beside the standard, so that it gives refresh tokens too; nothing of another, or of null. */
    public static Map<String, String> extras(@Nullable String id) {
        return "google".equals(id) ? Map.of("access_type", "offline", "prompt", "consent") : Map.of();
    }

    /** Whether this provider takes {@code resource} (RFC 8707): the second version of Microsoft's endpoints refuses requests with it. */
    public static boolean takesResource(@Nullable String id) {
        return !"microsoft".equals(id);
    }

    private static Map<String, Template> all() {
        var all = new LinkedHashMap<String, Template>();
        add(
                all,
                new Template(
                        "github",
                        "GitHub",
                        null,
                        "https://github.com/login/oauth/authorize",
                        "https://github.com/login/oauth/access_token",
                        null,
                        List.of(),
                        false));
        add(
                all,
                new Template(
                        "google",
                        "Google",
                        "https://accounts.google.com",
                        "https://accounts.google.com/o/oauth2/v2/auth",
                        "https://oauth2.googleapis.com/token",
                        "https://oauth2.googleapis.com/revoke",
                        List.of("openid", "email"),
                        false));
        add(
                all,
                new Template(
                        "microsoft",
                        "Microsoft",
                        null, // the common endpoint's tokens name the tenant's issuer
                        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
                        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
                        null,
                        List.of("openid", "offline_access"),
                        false));
        add(all, ofDomain("okta", "Okta", "/oauth2/default", "/oauth2/default/v1/"));
        add(
                all,
                new Template(
                        "auth0",
                        "Auth0",
                        "https://{domain}/",
                        "https://{domain}/authorize",
                        "https://{domain}/oauth/token",
                        "https://{domain}/oauth/revoke",
                        List.of("openid", "offline_access"),
                        true));
        add(all, new Template("custom", "Custom", null, null, null, null, List.of(), false));
        return Collections.unmodifiableMap(all);
    }

    private static Template ofDomain(String id, String name, String issuer, String base) {
        String host = "https://" + DOMAIN;
        return new Template(
                id,
                name,
                host + issuer,
                host + base + "authorize",
                host + base + "token",
                host + base + "revoke",
                List.of("openid", "offline_access"),
                true);
    }

    private static void add(Map<String, Template> all, Template provider) {
        all.put(provider.id(), provider);
    }
}
