package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.catalog.OAuthConfig.Exchange;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.catalog.OAuthConfig.IdentityProvider;
import io.penstock.catalog.OAuthConfig.Subject;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads of {@code oauth_config} how callers' own tokens are exchanged. */
final class ExchangeForm {

    private static final List<String> IDP = List.of(
            "idp_token_url",
            "idp_client_id",
            "idp_client_secret",
            "idp_client_key",
            "idp_client_key_id",
            "idp_token_endpoint_auth_method");

    private final Fields fields;
    private final Objections objections;
    private final @Nullable IdentityProvider stored;
    private final boolean elsewhere;
    private List<String> kept = List.of();

    /**
     * @param stored what the gateway has already; null for nothing
     * @param elsewhere whether what the identity provider says of callers now goes to another authorization server
     */
    ExchangeForm(Fields fields, Objections objections, @Nullable Exchange stored, boolean elsewhere) {
        this.elsewhere = elsewhere;
        this.fields = fields;
        this.objections = objections;
        this.stored = stored == null ? null : stored.idp();
    }

    /** The fields whose secret was sent as the mask. */
    List<String> kept() {
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
        ClientForm.Shown shown = shown(idp);
        if (idp == null && !objections.has("idp_token_url")) {
            objections.add("idp_token_url", "is missing: the identity provider exchanges callers' tokens there");
        }
        return idp == null || client == null
                ? null
                : new Exchange(subject, new IdentityProvider(idp, client, shown.secret(), shown.key(), shown.auth()));
    }

    private void refuse(String field, String message) {
        if (fields.has(field) && !objections.has(field)) {
            objections.add(field, message);
        }
    }

    private ClientForm.Shown shown(@Nullable URI idp) {
        var form = new ClientForm(fields, objections, "idp_");
        boolean moved = stored != null && !Endpoints.same(stored.tokenUrl(), idp);
        var shown = form.read(
                stored == null ? null : stored.clientSecret(),
                stored == null ? null : stored.clientKey(),
                moved ? "idp_token_url now names another server" : toOthers());
        kept = form.kept();
        return shown;
    }

    private @Nullable String toOthers() {
        return elsewhere ? "token_url now names another server, or issuer another issuer" : null;
    }
}
