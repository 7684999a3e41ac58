package io.penstock.peer;

import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpSchema.ResourcesUpdatedNotification;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Lets a server tell that something changed: on a POST with {@code what}, and on a call of a tool. */
final class Changes extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final String UPDATED = "updated:";

    private transient McpSyncServer server;

    /** Makes its tools know the server that they are of. */
    void of(McpSyncServer made) {
        server = made;
    }

    List<SyncToolSpecification> tools() {
        return List.of(trigger("test_trigger_tool_change", "tools"), trigger("test_trigger_prompt_change", "prompts"));
    }

    private SyncToolSpecification trigger(String name, String what) {
        return SdkTools.tool(name, Map.of(), (_, _) -> {
            changed(what);
            return SdkTools.text(what + " changed");
        });
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        changed(request.getParameter("what"));
        response.getWriter().print("ok");
    }

    private void changed(String what) {
        switch (what) {
            case "tools" -> server.notifyToolsListChanged();
            case "prompts" -> server.notifyPromptsListChanged();
            case "resources" -> server.notifyResourcesListChanged();
            default ->
                server.notifyResourcesUpdated(new ResourcesUpdatedNotification(what.substring(UPDATED.length())));
        }
    }
}
