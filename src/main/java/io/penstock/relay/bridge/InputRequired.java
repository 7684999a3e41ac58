package io.penstock.relay.bridge;

import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import java.util.LinkedHashMap;
import java.util.Map;

/** The result by which a client is asked for input (2026-07-28, Multi round-trip requests). */
final class InputRequired {

    private InputRequired() {}

    /**
     * @param questions what is asked, each under the key that its answer comes back with
     * @param state what the retry says which this was, not quoted
     */
    static Message.Result result(Message.Asked request, Map<String, Message.Asked> questions, String state) {
        var wanted = new LinkedHashMap<String, String>();
        questions.forEach((key, question) -> wanted.put(key, wanted(question)));
        var members = new LinkedHashMap<String, String>();
        members.put("resultType", "\"input_required\"");
        members.put("inputRequests", Message.object(wanted));
        members.put("requestState", Message.quote(state));
        return new Message.Result(request.id(), Message.object(members));
    }

    private static String wanted(Message.Asked question) {
        var members = new LinkedHashMap<String, String>();
        members.put("method", Message.quote(question.method()));
        if (question.params() != null) {
            members.put("params", JsonParts.without(question.params(), "_meta"::equals));
        }
        return Message.object(members);
    }
}
