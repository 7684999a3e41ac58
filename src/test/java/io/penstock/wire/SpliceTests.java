package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpliceTests {

    /** The message with another name; as it was written, without what makes it one. */
    private static String named(String members, String method, String name) {
        String head = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"" + method + "\",";
        byte[] whole = (head + members.substring(1)).getBytes(StandardCharsets.UTF_8);
        byte[] spliced = Splice.named(whole, Envelopes.read(whole), name);
        return "{" + new String(spliced, StandardCharsets.UTF_8).substring(head.length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '`', textBlock = """
                    tools/call          ! {"params":{"name":"a-b"}}                             ! {"params":{"name":"N"}}
                    prompts/get         ! { "x":[1.50], "params" : {"name" : "a", "y":{"name":1}} } ! { "x":[1.50], "params" : {"name" : "N", "y":{"name":1}} }
                    tools/call          ! {"params":{"arguments":{"name":"no"},"name":"a"},"x":1} ! {"params":{"arguments":{"name":"no"},"name":"N"},"x":1}
                    tools/call          ! {"params":{"name":"\\u0061ü€","z":"ü"}}              ! {"params":{"name":"N","z":"ü"}}
                    resources/read      ! {"params":{"uri":"a://b"}}                            ! {"params":{"uri":"N"}}
                    completion/complete ! {"params":{"argument":{"name":"q"},"ref":{"type":"ref/prompt","name":"a"}}} ! {"params":{"argument":{"name":"q"},"ref":{"type":"ref/prompt","name":"N"}}}
                    completion/complete ! {"params":{"ref":{"uri":"a","type":"ref/resource"}}}  ! {"params":{"ref":{"uri":"N","type":"ref/resource"}}}
                    completion/complete ! {"params":{"ref":{"uri":"no","type":"ref/prompt","name":"a"}}} ! {"params":{"ref":{"uri":"no","type":"ref/prompt","name":"N"}}}
                    tasks/get           ! {"params":{"taskId":"s.1"}}                           ! {"params":{"taskId":"N"}}
                    """)
    void onlyTheNameIsAnother(String method, String before, String after) {
        assertThat(named(before, method, "N")).isEqualTo(after);
    }

    @Test
    void aNameIsWrittenAsAStringWhateverIsInIt() {
        assertThat(named("{\"params\":{\"name\":\"a\"}}", "tools/call", "q\"u\\o\nte ü"))
                .isEqualTo("{\"params\":{\"name\":\"q\\\"u\\\\o\\nte ü\"}}");
    }

    @Test
    void aMessageWithoutANameIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> named("{\"params\":{}}", "tools/call", "N"));
    }
}
