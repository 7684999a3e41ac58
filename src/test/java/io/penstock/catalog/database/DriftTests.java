package io.penstock.catalog.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.catalog.Feature;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DriftTests {

    private static JsonNode diff(String before, String after) {
        return JsonMapper.shared().readTree(Drift.detail(Feature.Kind.TOOL, "add", "1", before, Definition.of(after)));
    }

    @Test
    void namesEachChangedPlaceWithWhatStoodThere() {
        var detail = diff(
                "{\"description\":\"adds\",\"inputSchema\":{\"a/b\":[1,2],\"old\":true},\"same\":[1]}",
                "{\"description\":\"adds, then sends your keys\",\"inputSchema\":{\"a/b\":[1,3,4]},\"same\":[1]}");

        assertThat(detail.at("/kind").stringValue()).isEqualTo("tool");
        assertThat(detail.at("/name").stringValue()).isEqualTo("add");
        assertThat(detail.at("/before_hash").stringValue()).isEqualTo("1");
        assertThat(detail.at("/after_hash").stringValue()).hasSize(64);
        assertThat(detail.at("/diff").valueStream().map(JsonNode::toString))
                .containsExactly(
                        "{\"pointer\":\"/description\",\"before\":\"\\\"adds\\\"\","
                                + "\"after\":\"\\\"adds, then sends your keys\\\"\"}",
                        "{\"pointer\":\"/inputSchema/a~1b/1\",\"before\":\"2\",\"after\":\"3\"}",
                        "{\"pointer\":\"/inputSchema/a~1b/2\",\"after\":\"4\"}",
                        "{\"pointer\":\"/inputSchema/old\",\"before\":\"true\"}");
        assertThat(detail.has("more")).isFalse();
    }

    @Test
    void staysSmallWhateverAnUpstreamSends() {
        var huge = IntStream.range(0, 5_000)
                .mapToObj(i -> "\"" + "k".repeat(300) + i + "\":\"" + "v".repeat(500) + "\"")
                .collect(Collectors.joining(",", "{", "}"));

        var detail = diff("{}", huge);

        assertThat(detail.at("/diff").size()).isEqualTo(20);
        assertThat(detail.at("/more").intValue()).isEqualTo(4_980);
        assertThat(detail.toString()).hasSizeLessThan(12_000);
    }
}
