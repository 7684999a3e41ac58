package io.penstock;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.penstock.vault.Vault;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who seals, and what becomes of it when keys change: a new one that is not in this table has not been thought of. */
class SealedValuesTests {

    /** After the class: the column that is sealed anew, or that goes within a day, or who has it. */
    private static final Map<String, String> SEALING = Map.ofEntries(
            Map.entry("catalog.database.Sealing", "gateways.auth_sealed"),
            Map.entry("oauth.token.TokenSeals", "oauth_tokens.access_sealed, oauth_tokens.refresh_sealed"),
            Map.entry("oauth.registration.ClientRows", "oauth_clients.secret_sealed, oauth_clients.management_sealed"),
            Map.entry("caller.session.SessionIdTokens", "sign_in_sessions.id_token_sealed"),
            Map.entry("audit.R2dbcLedger", "audit_chains.head_sealed"),
            Map.entry("relay.leg.SharedSessions", "upstream_sessions.sealed"),
            Map.entry("relay.resume.R2dbcEventLog", "stream_events.sealed"),
            Map.entry("caller.flow.R2dbcFlows", "oauth_flows.sealed"),
            Map.entry("api.entrance.Once", "idempotency_keys.fingerprint"),
            Map.entry("caller.flow.Papers", "browsers, for the life of a page"),
            Map.entry("api.oauth.Outcomes", "browsers, for a moment"),
            Map.entry("relay.session.Seals", "clients, for the life of a session"),
            Map.entry("mcp.line.LineIds", "clients, for the life of a line"),
            Map.entry("caller.session.SessionCookie", "browsers, with a key of its own: SECRET_KEY"),
            Map.entry("store.replicas.SendingLine", "another replica, for a moment"),
            Map.entry("store.sealed.Canary", "vault_canary.sealed, one for each key"),
            Map.entry("store.sealed.Rewrap", "the columns that are sealed anew"));

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.penstock");

    @Test
    void everyUseOfTheSealIsKnown() {
        var sealing = PRODUCT.stream()
                .filter(type -> type.getMethodCallsFromSelf().stream()
                        .anyMatch(call -> call.getName().equals("seal")
                                && call.getTargetOwner().isAssignableTo(Vault.class)))
                .map(type -> type.getName().replace("io.penstock.", "").replaceAll("\\$.*", ""))
                .collect(toSet());

        assertThat(sealing).containsExactlyInAnyOrderElementsOf(SEALING.keySet());
    }
}
