package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.wire.Envelope.Kind;
import io.penstock.wire.Refusal.Reason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopesTests {

    private static Envelope read(String json) {
        return Envelopes.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Reason refused(byte[] body) {
        return catchThrowableOfType(Refusal.class, () -> Envelopes.read(body)).reason();
    }

    private static Reason refused(String json) {
        return refused(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"a\":NaN}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"",
                "{'a':1}"
            })
    void aRefusalNamesNothingOfTheParser(String text) {
        var refusal = catchThrowableOfType(Refusal.class, () -> Envelopes.read(text.getBytes(StandardCharsets.UTF_8)));

        assertThat(refusal)
                .hasMessageStartingWith("The body is not valid JSON: ")
                .hasMessageNotContainingAny("Feature", "Constraints", "StreamRead", "Parser", "token");
    }

    @Test
    void readsARequestInAnyOrderOfKeys() {
        var envelope = read("""
                {"params":{"arguments":{"name":"inner","deep":[{"a":1}]},"name":"echo","_meta":{
                "progressToken":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28"}},
                "method":"tools/call","id":0,"jsonrpc":"2.0"}""");

        assertThat(envelope).isEqualTo(new Envelope(Kind.REQUEST, "0", "tools/call", "echo", "2026-07-28", null));
    }

    @ParameterizedTest
    @CsvSource({
        "tools/call, echo",
        "prompts/get, echo",
        "resources/read, test://a",
        "resources/subscribe, test://a",
        "resources/unsubscribe, test://a",
        "tasks/get, t1",
        "tools/list,"
    })
    void takesTheNameThatTheMethodActsOn(String method, String expected) {
        var envelope = read("""
                {"jsonrpc":"2.0","id":1,"method":"%s","params":{"name":"echo","uri":"test://a","taskId":"t1"}}""".formatted(method));

        assertThat(envelope.name()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'type':'ref/prompt','name':'greet'} | greet",
                "{'name':'greet','type':'ref/prompt','uri':'test://a'} | greet",
                "{'uri':'test://{id}','type':'ref/resource'} | test://{id}",
                "{'uri':'test://{id}','type':'ref/resource','name':'greet'} | test://{id}",
                "{'type':'ref/prompt'} |",
                "{'type':7,'name':{'a':1}} |",
                "'greet' |",
                "[1,2] |"
            })
    void aCompletionActsOnWhatItRefersTo(String ref, String expected) {
        var envelope = read("""
                {'jsonrpc':'2.0','id':1,'method':'completion/complete','params':{'argument':{'name':'x'},'ref':%s}}""".formatted(ref).replace('\'', '"'));

        assertThat(envelope.name()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-7", "12345678901234567890123", "\"\"", "\"a\\\"b\"", "\"\\u0001\"", "\"é\""})
    void keepsTheIdWithTypeAndValue(String id) {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}")
                        .id())
                .isEqualTo(id);
    }

    @Test
    void tellsTheThreeKindsApart() {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")
                        .kind())
                .isEqualTo(Kind.NOTIFICATION);
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{}}").kind()).isEqualTo(Kind.RESPONSE);
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":1,\"message\":\"\"}}")
                        .kind())
                .isEqualTo(Kind.RESPONSE);
    }

    @Test
    void aClaimOfAnotherTypeIsStillAClaim() {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"_meta\":{\"%s\":[7]}}}"
                                .formatted(Envelopes.VERSION_KEY))
                        .claim())
                .isEqualTo("START_ARRAY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "nonsense",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} {}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"method\":\"tools/call\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"name\":\"a\",\"name\":\"b\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"arguments\":{\"x\":1,\"x\":2}}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"Method\":\"tools/call\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"Name\":\"b\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"\\ud800\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"\\udc00\",\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":NaN,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\u0001\"}}",
                "\uFEFF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
            })
    void refusesWhatTwoParsersCouldReadDifferently(String json) {
        assertThat(refused(json)).isInstanceOf(Reason.Unparsable.class);
    }

    @Test
    void refusesOtherEncodings() {
        var json = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

        assertThat(refused(json.getBytes(StandardCharsets.UTF_16LE))).isInstanceOf(Reason.Unparsable.class);
        assertThat(refused(json.getBytes(StandardCharsets.UTF_16BE))).isInstanceOf(Reason.Unparsable.class);
        assertThat(refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(Reason.Unparsable.class);
    }

    @Test
    void refusesNestingThatIsTooDeep() {
        var deep = "[".repeat(Envelopes.MAX_DEPTH) + "]".repeat(Envelopes.MAX_DEPTH);

        assertThat(refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":" + deep + "}}"))
                .isInstanceOf(Reason.Unparsable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
                "7",
                "{}",
                "{\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":[\"2.0\",\"id\"],\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":{\"jsonrpc\":\"2.0\"},\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"_meta\":7}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"result\":{}}"
            })
    void refusesWhatIsNoMessage(String json) {
        assertThat(refused(json)).isInstanceOf(Reason.Malformed.class);
    }

    @Test
    void anErrorCarriesTheIdAndEscapesWhatItQuotes() {
        var error = RpcError.of(new Reason.UnsupportedVersion("2099\"<\n", ProtocolVersion.supported(false)));

        assertThat(error.json("\"a\\\"b\""))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"a\\\"b\",\"error\":{\"code\":-32022,\"message\":"
                        + "\"Unsupported protocol version; supported: 2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05\","
                        + "\"data\":{\"supported\":[\"2025-11-25\",\"2025-06-18\",\"2025-03-26\",\"2024-11-05\"],"
                        + "\"requested\":\"2099\\\"<\\n\"}}}");
        assertThat(error.json(null)).doesNotContain("\"id\"");
    }
}
