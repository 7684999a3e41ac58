package io.penstock.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupsTests {

    private static final Set<String> REGISTERED = Set.of("time", "time-admin", "a-tool-b", "a", "fetch", "a:tool:b");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mcp-admin                     | mcp:registry:admin
                    mcp-user                      | mcp:registry:read
                    mcp-server-time               | mcp:server:time:read mcp:server:time:execute
                    mcp-server-fetch-admin        | mcp:server:fetch:read mcp:server:fetch:execute mcp:server:fetch:toggle mcp:server:fetch:edit
                    mcp-server-time-toggle        | mcp:server:time:toggle
                    mcp-server-time-edit          | mcp:server:time:edit
                    mcp-server-time-tool-now_utc  | mcp:server:time:tool:now_utc:execute
                    """)
    void aGroupGivesWhatTheTableSays(String group, String scopes) {
        assertThat(Groups.scopes(Set.of(group), REGISTERED::contains)).containsExactlyInAnyOrder(scopes.split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mcp-server-time-admin     | mcp:server:time-admin:read mcp:server:time-admin:execute
                    mcp-server-a-tool-b       | mcp:server:a-tool-b:read mcp:server:a-tool-b:execute
                    mcp-server-a-tool-b-tool-c | mcp:server:a-tool-b:tool:c:execute
                    mcp-server-a-tool-c-tool-d | mcp:server:a:tool:c-tool-d:execute
                    """)
    void hyphensInNamesAreReadByWhatIsRegistered(String group, String scopes) {
        assertThat(Groups.scopes(Set.of(group), REGISTERED::contains)).containsExactlyInAnyOrder(scopes.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "mcp-server-unknown",
        "mcp-server-unknown-admin",
        "mcp-server-",
        "mcp-server--admin",
        "mcp-server-a:tool:b",
        "mcp-server-a:tool:b-admin",
        "mcp-server-time-tool-",
        "MCP-ADMIN",
        "mcp-admins",
        "admin",
        "''"
    })
    void anyOtherGroupGivesNothing(String group) {
        assertThat(Groups.scopes(Set.of(group), REGISTERED::contains)).isEmpty();
    }

    @Test
    void severalGroupsGiveWhatEachGives() {
        assertThat(Groups.scopes(Set.of("mcp-user", "mcp-server-time-edit"), REGISTERED::contains))
                .containsExactlyInAnyOrder("mcp:registry:read", "mcp:server:time:edit");
    }
}
