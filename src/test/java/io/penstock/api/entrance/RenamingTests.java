package io.penstock.api.entrance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.access.Permission;
import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RenamingTests {

    private static final String OWNER = "ann@example.com";

    private static Caller caller(String user, Set<String> scopes, UUID bound) {
        return new Caller(
                user,
                Caller.Source.API_TOKEN,
                false,
                Set.of(),
                scopes,
                false,
                Grants.NONE,
                bound,
                "digest",
                Instant.MAX);
    }

    private static void rename(Caller caller, boolean deletes) {
        Renaming.demand(caller, OWNER, Permission.GATEWAYS_UPDATE, () -> {
            if (!deletes) {
                throw new Refusal(new Reason.Forbidden("gateways.delete"));
            }
        });
    }

    private static void isBarred(Caller caller) {
        assertThatThrownBy(() -> rename(caller, false))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isInstanceOf(Reason.Barred.class));
    }

    @Test
    void anOwnerRenamesWithACredentialThatIsForAllOfTheirs() {
        assertThatCode(() -> rename(caller(OWNER, null, null), false)).doesNotThrowAnyException();
        assertThatCode(() -> rename(caller(OWNER, Set.of("gateways.update"), null), false))
                .doesNotThrowAnyException();
        assertThatCode(() -> rename(caller(OWNER, Set.of("mcp:registry:admin"), null), false))
                .doesNotThrowAnyException();
    }

    @Test
    void anOwnersCredentialForSingleThingsDoesNotRename() {
        isBarred(caller(OWNER, Set.of("mcp:server:mine:edit", "mcp:server:theirs:execute"), null));
        isBarred(caller(OWNER, null, UUID.randomUUID()));
    }

    @Test
    void anybodyElseRenamesWhatTheyMayDelete() {
        var bob = caller("bob@example.com", null, null);

        isBarred(bob);
        assertThatCode(() -> rename(bob, true)).doesNotThrowAnyException();
    }
}
