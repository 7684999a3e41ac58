package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.access.Route;
import io.penstock.wire.Message;
import io.penstock.wire.Reply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskIdsTests {

    private final TaskIds ids = new TaskIds("alpha.");

    private String result(String method, String result) {
        return ((Message.Result) ids.shown(method, new Message.Result("1", result))).result();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', delimiter = '!', textBlock = """
                    tools/call     ! {"task":{"taskId":"7","ttl":1.50}}                   ! {"task":{"taskId":"alpha.7","ttl":1.50}}
                    tools/call     ! {"resultType":"task","taskId":"7","x":1e2}           ! {"resultType":"task","taskId":"alpha.7","x":1e2}
                    tools/call     ! {"taskId":"7","structuredContent":{"taskId":"7"}}    ! {"taskId":"7","structuredContent":{"taskId":"7"}}
                    tasks/get      ! {"taskId":"7","status":"working"}                    ! {"taskId":"alpha.7","status":"working"}
                    tasks/cancel   ! {"taskId":"7","status":"cancelled"}                  ! {"taskId":"alpha.7","status":"cancelled"}
                    tasks/update   ! {"resultType":"complete"}                            ! {"resultType":"complete"}
                    tasks/list     ! {"tasks":[{"taskId":"7"},{"taskId":"8"}]}            ! {"tasks":[{"taskId":"alpha.7"},{"taskId":"alpha.8"}]}
                    tasks/result   ! {"content":[],"taskId":"7"}                          ! {"content":[],"taskId":"7"}
                    tasks/get      ! {"taskId":7}                                         ! {"taskId":7}
                    """)
    void whatAResultSaysOfTasksNamesThemAfterTheUpstream(String method, String said, String shown) {
        assertThat(result(method, said)).isEqualTo(shown);
    }

    @Test
    void whatBelongsToATaskNamesItAfterTheUpstream() {
        String own = "{\"a\":1,\"_meta\":{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"7\"},\"b\":2}}";
        String shown = own.replace("\"7\"", "\"alpha.7\"");

        assertThat(result("tasks/result", own)).isEqualTo(shown);
        assertThat(ids.shown("", new Message.Told("notifications/progress", own)))
                .isEqualTo(new Message.Told("notifications/progress", shown));
        assertThat(ids.shown("", new Message.Asked("1", "elicitation/create", own)))
                .isEqualTo(new Message.Asked("1", "elicitation/create", shown));
        assertThat(ids.original(new Message.Result("1", shown))).isEqualTo(new Message.Result("1", own));
    }

    @ParameterizedTest
    @CsvSource({"notifications/tasks/status, alpha.7", "notifications/tasks, alpha.7", "notifications/else, 7"})
    void theStateOfATaskIsToldUnderItsNameHere(String method, String id) {
        assertThat(ids.shown("", new Message.Told(method, "{\"taskId\":\"7\"}")))
                .isEqualTo(new Message.Told(method, "{\"taskId\":\"" + id + "\"}"));
    }

    @Test
    void aTaskOfTheClientsOwnKeepsItsName() {
        var asked = new Message.Asked("1", "tasks/get", "{\"taskId\":\"7\"}");
        var answer = new Message.Result("1", "{\"task\":{\"taskId\":\"alpha.7\"}}");

        assertThat(ids.shown("", asked)).isEqualTo(asked);
        assertThat(ids.original(answer)).isEqualTo(answer);
    }

    @Test
    void onlyBehindAVirtualServerHaveTasksOtherNames() {
        assertThat(TaskIds.of(new Route.One(World.GATEWAY, "a"))).isNull();
        assertThat(TaskIds.of(Route.One.amongMany(World.GATEWAY, null))).isEqualTo(new TaskIds("sample."));
    }

    @Test
    void aReplyThatPassesKeepsItsBytesWhereNoTaskIsInIt() {
        String body = "{ \"jsonrpc\" : \"2.0\", \"id\": 1, \"result\": {\"content\": [ ]} }";
        var reply = new Reply.Json(200, body.getBytes(StandardCharsets.UTF_8), null);

        var shown = (Reply.Json) ids.shown("tools/call", reply);

        assertThat(new String(shown.body(), StandardCharsets.UTF_8)).isEqualTo(body);
    }
}
