package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.api.input.Profile;
import io.penstock.caller.Caller;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.HeaderRules;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.catalog.Visibility;
import io.penstock.wire.Refusal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a user decides of a gateway, and names every field that is wrong, unknown or not the user's to set. */
public final class GatewayForm {

    public static final Set<String> KNOWN = Stream.concat(
                    Stream.of(
                            "name",
                            "url",
                            "description",
                            "transport",
                            "auth_type",
                            "visibility",
                            "team_id",
                            "tags",
                            "passthrough_headers",
                            "health_check_interval_seconds",
                            "drift_policy",
                            "repeat_idempotent_calls"),
                    Stream.concat(AuthForm.ALL_FIELDS.stream(), TlsForm.FIELDS.stream()))
            .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> OF_SERVER = Set.of(
            "id",
            "slug",
            "owner",
            "owner_email",
            "enabled",
            "authorize_url",
            "healthy",
            "last_error",
            "last_checked_at",
            "last_seen_at",
            "protocol_version",
            "transport_in_use",
            "capabilities",
            "server_info",
            "tool_count",
            "resource_count",
            "prompt_count",
            "created_at",
            "updated_at",
            "version",
            "federation_source",
            "is_admin");

    private final Urls urls;
    private final HeaderRules rules;
    private final Caller caller;
    private final boolean anyTeam;

    /** @param anyTeam whether the caller may hand a gateway to a team without being its member */
    GatewayForm(Urls urls, HeaderRules rules, Caller caller, boolean anyTeam) {
        this.urls = urls;
        this.rules = rules;
        this.caller = caller;
        this.anyTeam = anyTeam;
    }

    /** The draft of a new gateway. Throws a {@link Refusal}. */
    Gateways.Draft create(ObjectNode tree) {
        return read(tree, null, new UpstreamAuth.None(), UpstreamTls.NONE);
    }

    /**
     * The draft of a changed gateway, whose {@code auth} is null where a secret was not sent and stays.
     *
     * @param stored the opened credential of the gateway
     * @param storedTls what TLS with it goes by, opened
     */
    Gateways.Draft change(ObjectNode tree, Gateway current, UpstreamAuth stored, UpstreamTls storedTls) {
        return read(tree, current, stored, storedTls);
    }

    private Gateways.Draft read(
            ObjectNode tree, @Nullable Gateway current, UpstreamAuth stored, UpstreamTls storedTls) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, OF_SERVER, Set.of());
        var profile = Profile.read(fields, objections, caller, anyTeam, current == null ? null : current.teamId());
        var url = url(fields, objections, current);
        var form = new AuthForm(rules, urls, fields, objections, stored);
        var auth = form.read();
        var tlsForm = new TlsForm(fields, objections, storedTls, Instant.now());
        var tls = tlsForm.read(url);
        var kept = Stream.concat(form.kept().stream(), tlsForm.kept().stream()).collect(Collectors.toSet());
        keepNoSecretForAnotherHost(kept, url, current, objections);
        keepNoSecretForOthers(kept, profile.visibility(), current, objections);
        var seconds = fields.number("health_check_interval_seconds", 5, 86_400);
        var drift = fields.oneOf("drift_policy", DriftPolicy.WARN, text -> text.toLowerCase(Locale.ROOT));
        var repeats = Boolean.TRUE.equals(fields.flag("repeat_idempotent_calls"));
        var transport = fields.oneOf("transport", Transport.AUTO, text -> text);
        var headers = headers(fields, objections);
        objections.raise();
        return new Gateways.Draft(
                profile.name(),
                java.util.Objects.requireNonNull(url),
                profile.description(),
                transport,
                form.kept().isEmpty() || !auth.equals(stored) ? auth : null,
                profile.visibility(),
                profile.teamId(),
                profile.tags(),
                headers,
                seconds == null ? null : Duration.ofSeconds(seconds),
                drift,
                repeats,
                tlsForm.kept().isEmpty() || !tls.equals(storedTls) ? tls : null);
    }

    private @Nullable URI url(Fields fields, Objections objections, @Nullable Gateway current) {
        var url = fields.demanded("url", 2048, "https://mcp.example.com/mcp");
        try {
            return url == null ? null : urls.check(url, current == null ? null : current.url());
        } catch (Refusal refusal) {
            objections.take(refusal);
            return null;
        }
    }

    private List<String> headers(Fields fields, Objections objections) {
        var headers = fields.texts("passthrough_headers", 50, 255);
        headers.forEach(header -> objections.addIf("passthrough_headers", rules.refusedPassthrough(header)));
        return headers;
    }

    /** A stored secret goes where its owner sent it, and nowhere else. */
    private static void keepNoSecretForAnotherHost(
            Set<String> kept, @Nullable URI url, @Nullable Gateway current, Objections objections) {
        if (current != null && url != null && !Endpoints.same(current.url(), url)) {
            demandAgain(kept, "url now names another scheme, host or port", objections);
        }
    }

    /** A private gateway's secret is its owner's alone: nobody else opens it to more callers. */
    private void keepNoSecretForOthers(
            Set<String> kept, Visibility visibility, @Nullable Gateway current, Objections objections) {
        if (current != null
                && current.visibility() == Visibility.PRIVATE
                && visibility != Visibility.PRIVATE
                && !current.owner().equals(caller.user())) {
            demandAgain(kept, "visibility would let others call with the stored one, which is its owner's", objections);
        }
    }

    private static void demandAgain(Set<String> kept, String why, Objections objections) {
        for (var field : kept) {
            if (!objections.has(field)) {
                objections.add(field, "must be sent again, because " + why);
            }
        }
    }
}
