package io.penstock.relay.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.catalog.Feature;
import io.penstock.catalog.Feature.Kind;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Showing.Shown;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTests {

    /** What is shown of one kind, which counts how often it is gone through. */
    @SuppressWarnings("serial")
    private static final class Counting extends LinkedHashMap<String, Shown> {
        int times;

        @Override
        public Set<Map.Entry<String, Shown>> entrySet() {
            times++;
            return super.entrySet();
        }
    }

    private final Pages pages = new Pages();
    private final Counting tools = new Counting();
    private final Showing showing = new Showing("desk", List.of(), Map.of(Kind.TOOL, tools));

    private static Shown tool(String name) {
        return new Shown(name, name, World.GATEWAY, "{\"name\":\"" + name + "\",\n \"title\": \"é\"}");
    }

    private static Showing of(String... names) {
        var shown = new LinkedHashMap<String, Shown>();
        for (String name : names) {
            shown.put(name, tool(name));
        }
        return new Showing("desk", List.of(), Map.of(Kind.TOOL, shown));
    }

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            String name = "t%05d".formatted(i);
            tools.put(name, tool(name));
        }
    }

    private String answer(Showing what, String id, @Nullable String cursor, Era era) {
        String params = cursor == null ? null : "{\"cursor\":" + Message.quote(cursor) + "}";
        var reply = pages.answer(what, Kind.TOOL, new Message.Asked(id, "tools/list", params), era);
        return new String(((Reply.Json) reply).body(), StandardCharsets.UTF_8);
    }

    private static String cursor(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String next(String answer) {
        return JsonParts.string(JsonParts.member(JsonParts.member(answer, "result"), "nextCursor"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-7", "\"\"", "\"a\\\"},{\\u0000\"", "\"ü€😀\"", "9007199254740993"})
    void eachRequestGetsItsOwnIdAsItWrote(String id) {
        var shown = of("a", "b");
        String result = "{\"tools\":[{\"name\":\"a\",  \"title\": \"é\"},{\"name\":\"b\",  \"title\": \"é\"}]}";

        for (int i = 0; i < 2; i++) {
            assertThat(answer(shown, id, null, Era.SESSIONS))
                    .isEqualTo(new Message.Result(id, result).json())
                    .doesNotContain("\n");
            assertThat(answer(shown, id, null, Era.STATELESS))
                    .isEqualTo(new Message.Result(id, Translation.stateless("tools/list", result)).json())
                    .contains("\"ttlMs\":0,\"cacheScope\":\"private\"");
        }
    }

    @Test
    void aPageIsMadeOnce() {
        fill(3);

        String first = answer(showing, "1", null, Era.SESSIONS);
        int made = tools.times;

        assertThat(answer(showing, "1", null, Era.SESSIONS)).isEqualTo(first);
        assertThat(tools.times).isEqualTo(made);
    }

    @Test
    void whoIsShownSomethingElseGetsThat() {
        assertThat(answer(of("a", "secret"), "1", null, Era.SESSIONS)).contains("secret");
        assertThat(answer(of("a"), "1", null, Era.SESSIONS)).doesNotContain("secret");
        assertThat(answer(of("a", "secret"), "1", null, Era.SESSIONS)).contains("secret");
    }

    @Test
    void eachKindHasAListOfItsOwn() {
        var prompt = new Shown("p", "p", World.GATEWAY, "{\"name\":\"p\"}");
        var both = new Showing(
                "desk", List.of(), Map.of(Kind.TOOL, Map.of("a", tool("a")), Kind.PROMPT, Map.of("p", prompt)));
        for (var kind : List.of(Kind.TOOL, Kind.PROMPT, Kind.RESOURCE, Kind.RESOURCE_TEMPLATE)) {
            var reply = pages.answer(both, kind, new Message.Asked("1", method(kind), null), Era.SESSIONS);

            assertThat(new String(((Reply.Json) reply).body(), StandardCharsets.UTF_8))
                    .contains("{\"" + Lists.member(kind) + "\":[");
        }
    }

    private static String method(Feature.Kind kind) {
        return switch (kind) {
            case TOOL -> "tools/list";
            case PROMPT -> "prompts/list";
            case RESOURCE -> "resources/list";
            case RESOURCE_TEMPLATE -> "resources/templates/list";
        };
    }

    @Test
    void followingTheCursorsShowsEachOnceAlsoFromWhatIsKept() {
        fill(1200);

        for (int i = 0; i < 2; i++) {
            List<String> names = new ArrayList<>();
            String cursor = null;
            do {
                String answer = answer(showing, "1", cursor, Era.STATELESS);
                String list = JsonParts.member(JsonParts.member(answer, "result"), "tools");
                JsonParts.elements(list).forEach(tool -> names.add(JsonParts.string(JsonParts.member(tool, "name"))));
                cursor = next(answer);
            } while (cursor != null);
            assertThat(names).containsExactlyElementsOf(tools.keySet());
        }
    }

    @Test
    void whatAMadeUpCursorAsksForIsAnsweredAndNotKept() {
        fill(1200);
        for (String made : List.of("t00499x", "t00007", "")) {
            String answer = answer(showing, "1", cursor(made), Era.SESSIONS);
            int times = tools.times;

            assertThat(answer(showing, "1", cursor(made), Era.SESSIONS)).isEqualTo(answer);
            assertThat(tools.times).isGreaterThan(times);
        }
        assertThatThrownBy(() -> answer(showing, "1", "%", Era.SESSIONS)).isInstanceOf(Refusal.class);
    }
}
