package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.catalog.OAuthConfig;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Exchange;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.oauth.Providers;
import io.penstock.oauth.Providers.Template;
import io.penstock.wire.Refusal;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code oauth_config}. What a provider's template says fills what is not given. */
public final class OAuthForm {

    /** Where users come back to after they agreed. */
    static final String CALLBACK = "/oauth/callback";

    public static final Set<String> KNOWN = Set.of(
            "grant_type",
            "provider",
            "domain",
            "issuer",
            "token_url",
            "authorization_url",
            "revocation_url",
            "redirect_uri",
            "client_id",
            "client_secret",
            "client_key",
            "client_key_id",
            "token_endpoint_auth_method",
            "scope",
            "scopes",
            "audience",
            "resource",
            "subject_token_type",
            "idp_token_url",
            "idp_client_id",
            "idp_client_secret",
            "idp_client_key",
            "idp_client_key_id",
            "idp_token_endpoint_auth_method");

    private static final int LONGEST_URL = 2048;
    private static final int LONGEST = 8192;
    private static final int MOST_SCOPES = 100;

    /** RFC 6749, 3.3. */
    private static final Pattern SCOPE = Pattern.compile("[!#-\\[\\]-~]{1,255}");

    private static final Pattern DOMAIN = Pattern.compile("[a-zA-Z0-9.-]{1,253}");

    private final Fields fields;
    private final Objections objections;
    private final Urls urls;
    private final @Nullable OAuthConfig stored;
    private final List<String> kept = new ArrayList<>();

    /** @param stored what the gateway has already; null for nothing */
    OAuthForm(Fields fields, Objections objections, Urls urls, @Nullable OAuthConfig stored) {
        this.fields = fields;
        this.objections = objections;
        this.urls = urls;
        this.stored = stored;
    }

    /** The fields whose secret was sent as the mask. */
    List<String> kept() {
        return kept;
    }

    /** Null where something is refused. */
    @Nullable
    OAuthConfig read() {
        fields.close(KNOWN, Set.of(), Set.of());
        Grant grant = grant();
        Template template = template();
        URI token = url("token_url", template.tokenUrl(), OAuthConfig::tokenUrl);
        URI authorization = url("authorization_url", template.authorizationUrl(), OAuthConfig::authorizationUrl);
        URI issuer = url("issuer", template.issuer(), OAuthConfig::issuer);
        URI revocation = url("revocation_url", template.revocationUrl(), OAuthConfig::revocationUrl);
        URI redirect = redirect();
        String client = fields.text("client_id", 1, 1024);
        ClientForm.Shown shown = shown(token, issuer, revocation);
        List<String> scopes = scopes(template);
        String audience = fields.text("audience", 1, LONGEST_URL);
        String resource = fields.text("resource", 1, LONGEST_URL);
        Exchange exchange = exchange(grant, token, issuer);
        demand(grant, token, authorization, issuer);
        demandClient(grant, client, shown, token, issuer);
        return objections.isEmpty()
                ? new OAuthConfig(
                        grant,
                        template.id().isEmpty() ? null : template.id(),
                        issuer,
                        token,
                        grant == Grant.AUTHORIZATION_CODE ? authorization : null,
                        revocation,
                        redirect,
                        client,
                        shown.secret(),
                        shown.key(),
                        shown.auth(),
                        scopes,
                        audience,
                        resource,
                        exchange)
                : null;
    }

    /** What an issuer's metadata, or the upstream's, cannot tell. */
    private void demand(Grant grant, @Nullable URI token, @Nullable URI authorization, @Nullable URI issuer) {
        if (grant == Grant.TOKEN_EXCHANGE && token == null && issuer == null) {
            addIfAbsent(
                    "token_url",
                    "is missing: give it, or an issuer: to whom callers' tokens are shown is not for the upstream to say");
        }
        if (token == null || issuer != null) {
            return;
        }
        if (grant == Grant.ID_JAG) {
            addIfAbsent("issuer", "is missing: the identity provider's word is for that server");
        }
        if (authorization == null && grant == Grant.AUTHORIZATION_CODE) {
            addIfAbsent(
                    "authorization_url",
                    "is missing: users agree there; give it, or a provider whose template has it, or an issuer whose"
                            + " metadata tell it");
        }
    }

    private void demandClient(
            Grant grant, @Nullable String client, ClientForm.Shown shown, @Nullable URI token, @Nullable URI issuer) {
        String proof = shown.key() != null ? "client_key" : shown.secret() != null ? "client_secret" : null;
        if (client == null) {
            if (token != null || grant.exchanges()) {
                addIfAbsent(
                        "client_id",
                        "is missing: give the client that the provider knows this gateway as, or an issuer without"
                                + " token_url, where this gateway becomes one");
            }
            if (proof != null) {
                addIfAbsent("client_id", "is missing: " + proof + " is that of a client");
            }
            return;
        }
        if (proof != null && token == null && issuer == null) {
            addIfAbsent(
                    proof,
                    "wants issuer or token_url beside it: to whom this gateway shows itself is not for the upstream to say");
        }
        if (grant == Grant.CLIENT_CREDENTIALS && shown.auth() == ClientAuth.NONE) {
            addIfAbsent("client_secret", "is missing: client_credentials are for clients that have one, or client_key");
        }
    }

    private @Nullable Exchange exchange(Grant grant, @Nullable URI token, @Nullable URI issuer) {
        boolean elsewhere = stored != null
                && !(Endpoints.same(stored.tokenUrl(), token) && Objects.equals(stored.issuer(), issuer));
        var form = new ExchangeForm(fields, objections, stored == null ? null : stored.exchange(), elsewhere);
        Exchange exchange = form.read(grant, url("idp_token_url", null, OAuthForm::identityProvider));
        kept.addAll(form.kept());
        return exchange;
    }

    private void addIfAbsent(String field, String message) {
        if (!objections.has(field)) {
            objections.add(field, message);
        }
    }

    private Grant grant() {
        return fields.oneOf("grant_type", Grant.CLIENT_CREDENTIALS, text -> text.toLowerCase(Locale.ROOT));
    }

    private static final Template NO_TEMPLATE = new Template("", "", null, null, null, null, List.of(), false);

    private Template template() {
        String name = fields.text("provider", 1, 50);
        String domain = fields.text("domain", 1, 253);
        if (name == null) {
            return NO_TEMPLATE;
        }
        Template found = Providers.find(name);
        if (found == null) {
            objections.add(
                    "provider",
                    "must be one of "
                            + Providers.list().stream().map(Template::id).collect(Collectors.joining(", ")));
            return NO_TEMPLATE;
        }
        if (domain != null && !DOMAIN.matcher(domain).matches()) {
            objections.add("domain", "must be a host's name like example.okta.com");
            return NO_TEMPLATE;
        }
        if (!found.needsDomain()) {
            return found;
        }
        if (domain != null) {
            return found.at(domain);
        }
        if (!fields.has("token_url") && !fields.has("issuer")) {
            objections.add("domain", "is missing: " + found.name() + " has a host for each of its customers");
        }
        return new Template(found.id(), found.name(), null, null, null, null, found.scopes(), true);
    }

    private @Nullable URI url(String field, @Nullable String template, Function<OAuthConfig, @Nullable URI> before) {
        String given = fields.text(field, 1, LONGEST_URL);
        String text = given == null ? template : given;
        if (text == null) {
            return null;
        }
        try {
            URI url = urls.check(text, stored == null ? null : before.apply(stored));
            objections.addIf(field, Endpoints.refused(url));
            return url;
        } catch (Refusal refusal) {
            objections.takeAs(field, refusal);
            return null;
        }
    }

    private static @Nullable URI identityProvider(OAuthConfig config) {
        var exchange = config.exchange();
        return exchange == null || exchange.idp() == null
                ? null
                : exchange.idp().tokenUrl();
    }

    /** Where a user is sent back to is what this gateway's operator says, never what a request says. */
    private @Nullable URI redirect() {
        String text = fields.text("redirect_uri", 1, LONGEST_URL);
        if (text == null) {
            return null;
        }
        try {
            URI uri = URI.create(text);
            if (!CALLBACK.equals(uri.getPath()) || uri.getRawQuery() != null || Endpoints.refused(uri) != null) {
                objections.add("redirect_uri", "must be this gateway's https address with the path " + CALLBACK);
            }
            return uri;
        } catch (IllegalArgumentException e) {
            objections.add("redirect_uri", "must be an address like https://gateway.example.com" + CALLBACK);
            return null;
        }
    }

    private ClientForm.Shown shown(@Nullable URI token, @Nullable URI issuer, @Nullable URI revocation) {
        var form = new ClientForm(fields, objections, "");
        boolean moved = stored != null
                && !(Endpoints.same(stored.tokenUrl(), token)
                        && Objects.equals(stored.issuer(), issuer)
                        && (revocation == null || Endpoints.same(stored.revocationUrl(), revocation)));
        var shown = form.read(
                stored == null ? null : stored.clientSecret(),
                stored == null ? null : stored.clientKey(),
                moved ? "token_url, issuer or revocation_url now names another server" : null);
        kept.addAll(form.kept());
        return shown;
    }

    private List<String> scopes(Template template) {
        String scope = fields.text("scope", 0, LONGEST);
        List<String> listed = fields.texts("scopes", MOST_SCOPES, 255);
        if (scope != null && fields.has("scopes")) {
            objections.add("scopes", "give either scope, a text, or scopes, a list");
        }
        List<String> scopes = scope == null
                ? fields.has("scopes") ? listed : template.scopes()
                : Arrays.stream(scope.split(" ", -1))
                        .filter(word -> !word.isEmpty())
                        .toList();
        if (!scopes.stream().allMatch(word -> SCOPE.matcher(word).matches())) {
            objections.add(scope == null ? "scopes" : "scope", "must be words without quotes, backslashes or spaces");
        }
        return scopes;
    }
}
