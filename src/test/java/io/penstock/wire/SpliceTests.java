package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpliceTests {

    private static String named(String body, String method, String name) {
        return new String(Splice.named(body.getBytes(StandardCharsets.UTF_8), method, name), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', quoteCharacter = '`', textBlock = """
                    tools/call          ! {"params":{"name":"a-b"}}                             ! {"params":{"name":"N"}}
                    prompts/get         ! { "x":[1.50], "params" : {"name" : "a", "y":{"name":1}} } ! { "x":[1.50], "params" : {"name" : "N", "y":{"name":1}} }
                    tools/call          ! {"params":{"arguments":{"name":"no"},"name":"a"},"id":1} ! {"params":{"arguments":{"name":"no"},"name":"N"},"id":1}
                    tools/call          ! {"params":{"name":"\\u0061ü€","z":"ü"}}              ! {"params":{"name":"N","z":"ü"}}
                    resources/read      ! {"params":{"uri":"a://b"}}                            ! {"params":{"uri":"N"}}
                    completion/complete ! {"params":{"argument":{"name":"q"},"ref":{"type":"ref/prompt","name":"a"}}} ! {"params":{"argument":{"name":"q"},"ref":{"type":"ref/prompt","name":"N"}}}
                    completion/complete ! {"params":{"ref":{"uri":"a","type":"ref/resource"}}}  ! {"params":{"ref":{"uri":"N","type":"ref/resource"}}}
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
