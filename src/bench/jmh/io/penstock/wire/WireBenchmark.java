package io.penstock.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is read and written of each message. */
@State(Scope.Thread)
public class WireBenchmark {

    private final byte[] call = bytes(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"desk-echo\",\"_meta\":{"
                    + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"b\","
                    + "\"version\":\"1\"},\"io.modelcontextprotocol/clientCapabilities\":{}},\"arguments\":{\"text\":\"xxxxxxxxxx\"}}}");
    private final Envelope envelope = Envelopes.read(call);
    private final SseEvent event = new SseEvent(
            "7",
            "message",
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":\"p\",\"progress\":7}}",
            null,
            null);
    private final byte[] encoded = SseEncoder.encode(event);
    private final SseDecoder decoder = new SseDecoder(1 << 20);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public Envelope envelopeIsRead() {
        return Envelopes.read(call);
    }

    @Benchmark
    public byte[] nameIsPutBack() {
        return Splice.named(call, envelope, "echo");
    }

    @Benchmark
    public byte[] eventIsEncoded() {
        return SseEncoder.encode(event);
    }

    @Benchmark
    public Queue<SseEvent> eventIsDecoded() {
        ByteBuf buffer = Unpooled.wrappedBuffer(encoded);
        return decoder.feed(buffer);
    }
}
