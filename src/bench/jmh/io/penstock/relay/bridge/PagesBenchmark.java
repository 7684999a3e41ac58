package io.penstock.relay.bridge;

import io.penstock.catalog.Feature.Kind;
import io.penstock.catalog.snapshot.Showing;
import io.penstock.catalog.snapshot.Showing.Shown;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Reply;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A list of 500 tools that was asked for before: its bytes once more, with another id, and nothing else. */
@State(Scope.Thread)
public class PagesBenchmark {

    private final Pages pages = new Pages();
    private final Showing showing = new Showing("desk", List.of(), Map.of(Kind.TOOL, tools()));
    private final Message.Asked request = new Message.Asked("1", "tools/list", "{\"_meta\":{}}");

    private static Map<String, Shown> tools() {
        var tools = new TreeMap<String, Shown>();
        for (int i = 0; i < 500; i++) {
            String name = "tool_%03d".formatted(i);
            String definition = "{\"name\":\"" + name + "\",\"description\":\"" + "x".repeat(160) + "\"}";
            tools.put(name, new Shown(name, name, World.GATEWAY, definition));
        }
        return tools;
    }

    @Benchmark
    public Reply listIsAnswered() {
        return pages.answer(showing, Kind.TOOL, request, Era.STATELESS);
    }
}
