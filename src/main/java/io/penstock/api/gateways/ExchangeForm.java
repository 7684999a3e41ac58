package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.Exchange;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.OAuthConfig.IdentityProvider;
import io.penstock.catalog.OAuthConfig.Subject;
import io.penstock.vault.Secret;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads of {@code oauth_config} how callers' own tokens are exchanged. */
final class ExchangeForm {

    private static final List<String> IDP =
            List.of("idp_token_url", "idp_client_id", "idp_client_secret", "idp_token_endpoint_auth_method");
    private static final int LONGEST = 8192;

    private final Fields fields;
    private final Objections objections;
    private final @Nullable IdentityProvider stored;
    private boolean kept;

    /** @param stored what the gateway has already; null for nothing */
    ExchangeForm(Fields fields, Objections objections, @Nullable Exchange stored) {
        this.fields = fields;
        this.objections = objections;
        this.stored = stored == null ? null : stored.idp();
    }

    /** Whether the secret was sent as the mask. */
    boolean keptSecret() {
        return kept;
    }

    /** Null where the grant exchanges nothing, or something is refused. */
    @Nullable
    Exchange read(Grant grant, @Nullable URI idp) {
        var usual = grant == Grant.ID_JAG ? Subject.ID_TOKEN : Subject.ACCESS_TOKEN;
        Subject subject = fields.oneOf("subject_token_type", usual, text -> text.toLowerCase(Locale.ROOT));
        if (!grant.exchanges()) {
            refuse("subject_token_type", "belongs to grant_type token_exchange and id_jag");
        }
        if (grant != Grant.ID_JAG) {
            IDP.forEach(field -> refuse(field, "belongs to grant_type id_jag"));
            return grant == Grant.TOKEN_EXCHANGE ? new Exchange(subject, null) : null;
        }
        String client =
                fields.demanded("idp_client_id", 1024, "the client that the identity provider knows this gateway as");
        Secret secret = secret(idp);
        var way = secret == null ? ClientAuth.NONE : ClientAuth.CLIENT_SECRET_BASIC;
        ClientAuth auth = fields.oneOf("idp_token_endpoint_auth_method", way, text -> text.toLowerCase(Locale.ROOT));
        if (idp == null && !objections.has("idp_token_url")) {
            objections.add("idp_token_url", "is missing: the identity provider exchanges callers' tokens there");
        }
        if (secret == null && auth != ClientAuth.NONE && !objections.has("idp_client_secret")) {
            objections.add(
                    "idp_client_secret", "is missing: idp_token_endpoint_auth_method " + auth.text() + " shows it");
        }
        return idp == null || client == null
                ? null
                : new Exchange(subject, new IdentityProvider(idp, client, secret, auth));
    }

    private void refuse(String field, String message) {
        if (fields.has(field) && !objections.has(field)) {
            objections.add(field, message);
        }
    }

    private @Nullable Secret secret(@Nullable URI idp) {
        String text = fields.text("idp_client_secret", 1, LONGEST);
        if (text == null || !text.equals(Secret.MASK)) {
            return text == null ? null : new Secret(text);
        }
        kept = true;
        Secret before = stored == null ? null : stored.clientSecret();
        if (stored == null || before == null) {
            objections.add("idp_client_secret", "is the mask, but there is no stored value to keep: send the value");
        } else if (!Endpoints.same(stored.tokenUrl(), idp)) {
            objections.add("idp_client_secret", "must be sent again, because idp_token_url now names another server");
        }
        return before;
    }
}
