package io.penstock.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPartsTests {

    @Test
    void keepsEveryMemberAsItWasWritten() {
        String object = """
                {"a" : 1.50, "b":{ "x" :[1,2 ] } ,"c":"\\u00e9\\n", "d":null,"e":12345678901234567890.10,"é":[ ], "f":true }""";

        var members = JsonParts.members(object);

        assertThat(members)
                .containsEntry("a", "1.50")
                .containsEntry("b", "{ \"x\" :[1,2 ] }")
                .containsEntry("c", "\"\\u00e9\\n\"")
                .containsEntry("d", "null")
                .containsEntry("e", "12345678901234567890.10")
                .containsEntry("é", "[ ]")
                .containsEntry("f", "true");
        assertThat(members.keySet()).containsExactly("a", "b", "c", "d", "e", "é", "f");
    }

    @Test
    void keepsEveryElementOfALongArrayAsItWasWritten() {
        var array = new StringBuilder("[");
        for (int i = 0; i < 20_000; i++) {
            array.append(i == 0 ? "" : " , ").append("{\"name\": \"t").append(i).append("\"}");
        }

        var elements = JsonParts.elements(array.append(']').toString());

        assertThat(elements).hasSize(20_000).contains("{\"name\": \"t0\"}").endsWith("{\"name\": \"t19999\"}");
    }

    @Test
    void readsTheStringThatAJsonStringStandsFor() {
        assertThat(JsonParts.string("\"\\u00e9\\n\"")).isEqualTo("é\n");
        assertThat(JsonParts.string("7")).isNull();
        assertThat(JsonParts.string(null)).isNull();
    }

    @Test
    void refusesWhatIsNoSingleJsonTextOfThatKind() {
        for (String text :
                new String[] {"", "[]", "{", "{} {}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":2}}", "nul"}) {
            assertThatThrownBy(() -> JsonParts.members(text)).as(text).isInstanceOf(Refusal.class);
        }
        assertThatThrownBy(() -> JsonParts.elements("{}")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> JsonParts.elements("[".repeat(300) + "]".repeat(300)))
                .isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7|7",
                "\"a\"|\"a\"",
                "\"a\\/1\"|\"a/1\"",
                "\"\\u00e4\\n\\u0022\"|\"ä\\n\\\"\"",
                "\"\\ud800\"|\"\\ud800\""
            })
    void spellsAnIdAsItIsReadElsewhere(String written, String spelled) {
        assertThat(JsonParts.id(written)).isEqualTo(spelled);
        assertThat(JsonParts.id(spelled)).isEqualTo(spelled);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"jsonrpc\":\"2.0\",\"id\":\"a/1\",\"result\":{}}|true",
                "{\"result\":{\"id\":2,\"method\":\"x\"},\"id\":\"\\u0061\\/1\"}|true",
                "{\"error\":{\"code\":1},\"id\":\"a/1\"}|true",
                "{\"id\":\"a/1\",\"result\":[]}|false",
                "{\"id\":\"a/2\",\"result\":{}}|false",
                "{\"id\":null,\"error\":{}}|false",
                "{\"id\":\"a/1\",\"method\":\"ping\",\"params\":{\"result\":{}}}|false",
                "{\"id\":\"a/1\",\"result\"|false",
                "{\"method\":\"ping\",\"id\":\"a/1\",\"result\":{}}|false",
                "[]|false"
            })
    void knowsTheResponseToARequest(String message, boolean isResponse) {
        assertThat(JsonParts.isResponse(message, "\"a/1\"")).isEqualTo(isResponse);
    }
}
