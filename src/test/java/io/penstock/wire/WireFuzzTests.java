package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What comes from the network; the seeds beside this class are replayed in every build. */
class WireFuzzTests {

    private static final int LARGEST = 1 << 20;

    private static final JsonMapper TREE = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Whatever is let through says the same to a parser that builds a tree. */
    @FuzzTest
    void anEnvelopeSaysWhatATreeSays(byte[] body) {
        Envelope envelope;
        try {
            envelope = Envelopes.read(body);
        } catch (Refusal expected) {
            return;
        }
        JsonNode tree = TREE.readTree(body);

        assertThat(envelope.method()).isEqualTo(tree.path("method").stringValue(null));
        if (envelope.id() != null) {
            assertThat(TREE.readTree(envelope.id())).isEqualTo(tree.path("id"));
        }
        if ("tools/call".equals(envelope.method())) {
            assertThat(envelope.name())
                    .isEqualTo(tree.path("params").path("name").stringValue(null));
        }
        assertThat(TREE.readTree(RpcError.bug("x").bytes(envelope.id()))
                        .path("error")
                        .path("code")
                        .intValue())
                .isEqualTo(-32603);
    }

    /** Ids are compared, whoever read them. */
    @FuzzTest
    void anIdIsTheSameWhoeverReadsIt(byte[] body) {
        Envelope envelope;
        Message message;
        try {
            envelope = Envelopes.read(body);
            message = Message.read(new String(body, StandardCharsets.UTF_8));
        } catch (Refusal expected) {
            return;
        }
        if (envelope.id() == null) {
            return;
        }
        String id = switch (message) {
            case Message.Asked asked -> asked.id();
            case Message.Told _ -> null;
            case Message.Response response -> response.id();
        };

        assertThat(id).isEqualTo(envelope.id());
        String text = new String(body, StandardCharsets.UTF_8);
        boolean isResponse = JsonParts.isResponse(text, envelope.id());
        var members = JsonParts.members(text);
        if (message instanceof Message.Response) {
            assertThat(isResponse).isTrue();
        } else if (!members.containsKey("result") && !members.containsKey("error")) { // which a request has in vain
            assertThat(isResponse).isFalse();
        }
    }

    /** A name that is put in place of another changes nothing else. */
    @FuzzTest
    void aNameIsSplicedAsATreeWouldPutIt(byte[] body) {
        Envelope envelope;
        try {
            envelope = Envelopes.read(body);
        } catch (Refusal expected) {
            return;
        }
        if (envelope.name() == null) {
            return;
        }
        String name = "other \"name\"\n\u00fc";

        byte[] spliced = Splice.named(body, envelope, name);

        assertThat(Envelopes.read(spliced))
                .isEqualTo(new Envelope(
                        envelope.kind(),
                        envelope.id(),
                        envelope.method(),
                        name,
                        envelope.claim(),
                        envelope.traceparent()));
        byte[] back = Splice.named(spliced, Envelopes.read(spliced), envelope.name());
        assertThat(TREE.readTree(back)).isEqualTo(TREE.readTree(body));
    }

    /** Events are the same however the bytes are cut, and survive being written and read again. */
    @FuzzTest
    void eventsDoNotDependOnCutsAndSurviveBeingRelayed(byte[] stream) {
        List<SseEvent> whole;
        try {
            whole = List.copyOf(new SseDecoder(LARGEST).feed(Unpooled.wrappedBuffer(stream)));
        } catch (Refusal expected) {
            return;
        }
        var cut = new ArrayList<SseEvent>();
        var decoder = new SseDecoder(LARGEST);
        for (byte b : stream) {
            cut.addAll(decoder.feed(Unpooled.wrappedBuffer(new byte[] {b})));
        }

        assertThat(cut).isEqualTo(whole);
        for (var event : whole) {
            var again = new SseDecoder(LARGEST).feed(Unpooled.wrappedBuffer(SseEncoder.encode(event)));
            assertThat(again).containsExactly(event);
        }
    }
}
