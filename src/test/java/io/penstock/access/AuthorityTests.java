package io.penstock.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.caller.Caller;
import io.penstock.caller.Grants;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Visibility;
import io.penstock.catalog.snapshot.Snapshots;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AuthorityTests {

    private final Gateway time = Snapshots.gateway("time", Visibility.PUBLIC, null, true);
    private final Gateway other = Snapshots.gateway("other", Visibility.PUBLIC, null, true);
    private final Gateway ofTeam = Snapshots.gateway("of-team", Visibility.TEAM, "team-alpha", true);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mcp:server:time:read                | gateways.read tools.read resources.read servers.read prompts.read
                    mcp:server:time:execute             | tools.read tools.execute resources.read prompts.read
                    mcp:server:time:toggle              | gateways.toggle servers.toggle
                    mcp:server:time:edit                | gateways.update servers.update tools.update resources.update prompts.update
                    """)
    void aScopeWithANameHoldsForThatServerAndNoOther(String scope, String permissions) {
        var authority = authority(granted(scope));

        for (Permission permission : Permission.values()) {
            boolean meant = Set.of(permissions.split(" ")).contains(permission.scope());
            assertThat(authority.on(permission, Subject.of(time)))
                    .as(permission.scope())
                    .isEqualTo(meant);
            assertThat(authority.on(permission, Subject.of(other)))
                    .as(permission.scope())
                    .isFalse();
            assertThat(authority.everywhere(permission)).as(permission.scope()).isFalse();
            assertThat(authority.somewhere(permission)).as(permission.scope()).isEqualTo(meant);
        }
    }

    /** Who may register something would otherwise be called by whoever may call one tool of somebody else's. */
    @ParameterizedTest
    @CsvSource({
        "time:tool:now, mcp:server:time:tool:now:execute",
        "time:tool:now:tool:then, mcp:server:time:tool:now:tool:then:execute",
        "time:tool, mcp:server:time:tool:tool:now:execute"
    })
    void aNameThatHasAToolInItIsNoneForScopes(String name, String scope) {
        var authority = authority(granted(scope));
        var twin = Snapshots.gateway(name, Visibility.PUBLIC, null, true);

        assertThat(authority.on(Permission.TOOLS_EXECUTE, Subject.of(twin))).isFalse();
        assertThat(authority.on(Permission.TOOLS_EXECUTE, Subject.of(twin, "now")))
                .isFalse();
    }

    @Test
    void aScopeOfOneToolHoldsForThatTool() {
        var authority = authority(granted("mcp:server:time:tool:now:execute"));

        assertThat(authority.on(Permission.TOOLS_EXECUTE, Subject.of(time, "now")))
                .isTrue();
        assertThat(authority.on(Permission.TOOLS_READ, Subject.of(time, "now"))).isTrue();
        assertThat(authority.on(Permission.TOOLS_EXECUTE, Subject.of(time, "later")))
                .isFalse();
        assertThat(authority.on(Permission.TOOLS_EXECUTE, Subject.of(other, "now")))
                .isFalse();
        assertThat(authority.on(Permission.RESOURCES_READ, Subject.of(time))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Permission.class)
    void theRegistrysAdministratorMayEverything(Permission permission) {
        assertThat(authority(granted("mcp:registry:admin")).everywhere(permission))
                .isTrue();
        assertThat(authority(user(new Grants(null, Map.of(), Set.of("mcp-admin"))))
                        .everywhere(permission))
                .isTrue();
    }

    @Test
    void aUserWhoseProviderNamesNoGroupOfOursHasNothing() {
        var nobody = authority(user(new Grants(null, Map.of(), Set.of("accounting"))));
        var viewer = authority(user(Grants.NONE));

        assertThat(nobody.somewhere(Permission.TOOLS_EXECUTE)).isFalse();
        assertThat(nobody.somewhere(Permission.GATEWAYS_READ)).isFalse();
        assertThat(viewer.everywhere(Permission.TOOLS_EXECUTE)).isTrue();
    }

    @Test
    void aRoleInATeamHoldsForWhatIsTheTeams() {
        var authority = authority(user(new Grants(null, Map.of("team-alpha", Set.of("gateways.update")), null)));

        assertThat(authority.on(Permission.GATEWAYS_UPDATE, Subject.of(ofTeam))).isTrue();
        assertThat(authority.on(Permission.GATEWAYS_UPDATE, Subject.of(time))).isFalse();
        assertThat(authority.on(Permission.GATEWAYS_UPDATE, Subject.ofTeam("team-alpha")))
                .isTrue();
        assertThat(authority.on(Permission.GATEWAYS_UPDATE, Subject.ofTeam("team-beta")))
                .isFalse();
        assertThat(authority.on(Permission.GATEWAYS_UPDATE, Subject.ofTeam(null)))
                .isFalse();
        assertThat(authority.somewhere(Permission.GATEWAYS_UPDATE)).isTrue();
        assertThat(authority.everywhere(Permission.TOOLS_EXECUTE))
                .as("a viewer beside it")
                .isTrue();
    }

    @Test
    void aRoleTakesThePlaceOfTheViewers() {
        var authority = authority(user(new Grants(Set.of("gateways.read"), Map.of(), null)));

        assertThat(authority.everywhere(Permission.GATEWAYS_READ)).isTrue();
        assertThat(authority.somewhere(Permission.TOOLS_EXECUTE)).isFalse();
    }

    @Test
    void scopesNarrowWhatTheUserHas() {
        var grants = new Grants(Set.of("gateways.read", "gateways.update"), Map.of(), null);
        var authority = authority(caller(false, Set.of("gateways.read", "gateways.delete"), false, grants, null));

        assertThat(authority.everywhere(Permission.GATEWAYS_READ)).isTrue();
        assertThat(authority.somewhere(Permission.GATEWAYS_UPDATE)).isFalse();
        assertThat(authority.somewhere(Permission.GATEWAYS_DELETE)).isFalse();
    }

    @Test
    void aScopeWithANameNarrowsAnAdministratorToo() {
        var authority = authority(caller(true, Set.of("mcp:server:time:execute"), false, Grants.NONE, null));

        assertThat(authority.on(Permission.TOOLS_EXECUTE, Subject.of(time))).isTrue();
        assertThat(authority.on(Permission.TOOLS_EXECUTE, Subject.of(other))).isFalse();
        assertThat(authority.somewhere(Permission.AUDIT_READ)).isFalse();
    }

    @Test
    void aCredentialForOneServerIsForNothingElse() {
        var authority = authority(caller(true, null, false, Grants.NONE, time.id()));

        assertThat(authority.on(Permission.GATEWAYS_UPDATE, Subject.of(time))).isTrue();
        assertThat(authority.on(Permission.GATEWAYS_UPDATE, Subject.of(other))).isFalse();
        assertThat(authority.on(Permission.GATEWAYS_CREATE, Subject.ofTeam(null)))
                .isFalse();
        assertThat(authority.everywhere(Permission.GATEWAYS_READ)).isFalse();
        assertThat(authority.somewhere(Permission.AUDIT_READ)).isFalse();
    }

    @Test
    void whoMayUpdateMayToggle() {
        var authority = authority(granted("gateways.update"));

        assertThat(authority.everywhere(Permission.GATEWAYS_TOGGLE)).isTrue();
        assertThat(authority(granted("gateways.toggle")).everywhere(Permission.GATEWAYS_UPDATE))
                .isFalse();
    }

    private Authority authority(Caller caller) {
        return new Authority(caller, Set.of("time", "other", "of-team")::contains);
    }

    private static Caller granted(String... scopes) {
        return caller(false, Set.of(scopes), true, Grants.NONE, null);
    }

    private static Caller user(Grants grants) {
        return caller(false, null, false, grants, null);
    }

    private static Caller caller(boolean admin, Set<String> scopes, boolean granted, Grants grants, UUID bound) {
        return new Caller(
                "bob@example.com",
                Caller.Source.JWT,
                admin,
                Set.of("team-alpha"),
                scopes,
                granted,
                grants,
                bound,
                "digest",
                Instant.MAX);
    }
}
