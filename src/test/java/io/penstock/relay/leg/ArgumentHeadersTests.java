package io.penstock.relay.leg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentHeadersTests {

    private static final String TOOL = """
            {"name":"t","inputSchema":{"type":"object","properties":{
              "region":{"type":"string","x-mcp-header":"Region"},
              "deep":{"type":"object","properties":{"count":{"type":"integer","x-mcp-header":"Count"}}},
              "dry":{"type":"boolean","x-mcp-header":"Dry"},
              "note":{"type":"string"}}}}""";

    private static void compare(HttpHeaders headers, @Nullable String definition, String arguments) {
        var request = new Request("POST", "/mcp", headers, InetSocketAddress.createUnresolved("localhost", 0), "test");
        ArgumentHeaders.compare(request, definition, "{\"name\":\"t\",\"arguments\":" + arguments + "}");
    }

    private static HttpHeaders header(@Nullable String name, @Nullable String value) {
        var headers = new DefaultHttpHeaders();
        return name == null || value == null ? headers : headers.add(name, value);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', delimiter = '|', textBlock = """
                    Mcp-Param-Region | eu                    | {"region":"eu"}
                    mcp-param-region |  eu                   | {"region":"eu"}
                    Mcp-Param-Region | =?base64?Z3LDvG4=?=   | {"region":"gr\\u00fcn"}
                    Mcp-Param-Count  | 42.0                  | {"deep":{"count":42}}
                    Mcp-Param-Count  | 42                    | {"deep":{"count":42.0}}
                    Mcp-Param-Count  | 1000                  | {"deep":{"count":1e3}}
                    Mcp-Param-Count  | 1e-999999999          | {"deep":{"count":1e-999999999}}
                    Mcp-Param-Count  | 0e-999999999          | {"deep":{"count":0e-999999999}}
                    Mcp-Param-Count  | 1E+99999999999        | {"deep":{"count":1E+99999999999}}
                    Mcp-Param-Dry    | true                  | {"dry":true}
                    Mcp-Param-Region | us                    | {"region":null}
                    Mcp-Param-Region | us                    | {}
                    Mcp-Param-Other  | x                     | {"note":"y"}
                    """)
    void whatSaysTheSameOrNothingPasses(String name, String value, String arguments) {
        assertThatCode(() -> compare(header(name, value), TOOL, arguments)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', delimiter = '|', textBlock = """
                                     |                       | {"region":"eu"}
                    Mcp-Param-Region | EU                    | {"region":"eu"}
                    Mcp-Param-Region | =?base64?ZXU?=        | {"region":"eu"}
                    Mcp-Param-Region | =?base64?%%?=         | {"region":"eu"}
                    Mcp-Param-Region | 42.0                  | {"region":"42"}
                    Mcp-Param-Count  | 41                    | {"deep":{"count":42}}
                    Mcp-Param-Count  | x                     | {"deep":{"count":42}}
                    Mcp-Param-Count  | 0                     | {"deep":{"count":1e-999999999}}
                    Mcp-Param-Dry    | True                  | {"dry":true}
                    """)
    void whatIsMissingOrDiffersIsRefused(@Nullable String name, @Nullable String value, String arguments) {
        assertThatThrownBy(() -> compare(header(name, value), TOOL, arguments))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isInstanceOf(Reason.HeaderMismatch.class));
    }

    @Test
    void aHeaderThatIsThereTwiceIsRefusedWhateverItSays() {
        assertThatThrownBy(() -> compare(
                        header("Mcp-Param-Region", "eu").add("Mcp-Param-Region", "eu"), TOOL, "{\"region\":\"eu\"}"))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void aToolThatIsNotKnownOrBreaksTheRulesGivesNothingToCompare() {
        String broken = TOOL.replace("\"Count\"", "\"Region\"");

        assertThatCode(() -> compare(header(null, null), null, "{\"region\":\"eu\"}"))
                .doesNotThrowAnyException();
        assertThatCode(() -> compare(header(null, null), broken, "{\"region\":\"eu\"}"))
                .doesNotThrowAnyException();
        assertThat(ArgumentHeaders.wanted(TOOL)).isTrue();
        assertThat(ArgumentHeaders.wanted(broken)).isFalse();
    }
}
