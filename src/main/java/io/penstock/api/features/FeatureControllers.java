package io.penstock.api.features;

import io.penstock.access.Permission;
import io.penstock.api.entrance.Offers;
import io.penstock.catalog.Feature;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The four kinds of features, each with its path, its permissions and its view. */
final class FeatureControllers {

    private FeatureControllers() {}

    /** Tools. */
    @RestController
    @RequestMapping("/tools")
    @Offers(
            kind = Feature.Kind.TOOL,
            read = Permission.TOOLS_READ,
            update = Permission.TOOLS_UPDATE,
            delete = Permission.TOOLS_DELETE)
    static final class Tools extends FeatureController<ToolView> {
        Tools(Reach reach) {
            super(reach, ToolView::of);
        }
    }

    /** Resources. */
    @RestController
    @RequestMapping("/resources")
    @Offers(
            kind = Feature.Kind.RESOURCE,
            read = Permission.RESOURCES_READ,
            update = Permission.RESOURCES_UPDATE,
            delete = Permission.RESOURCES_DELETE)
    static final class Resources extends FeatureController<ResourceView> {
        Resources(Reach reach) {
            super(reach, ResourceView::of);
        }
    }

    /** Resource templates, under the permissions of resources. */
    @RestController
    @RequestMapping("/resource-templates")
    @Offers(
            kind = Feature.Kind.RESOURCE_TEMPLATE,
            read = Permission.RESOURCES_READ,
            update = Permission.RESOURCES_UPDATE,
            delete = Permission.RESOURCES_DELETE)
    static final class ResourceTemplates extends FeatureController<ResourceTemplateView> {
        ResourceTemplates(Reach reach) {
            super(reach, ResourceTemplateView::of);
        }
    }

    /** Prompts. */
    @RestController
    @RequestMapping("/prompts")
    @Offers(
            kind = Feature.Kind.PROMPT,
            read = Permission.PROMPTS_READ,
            update = Permission.PROMPTS_UPDATE,
            delete = Permission.PROMPTS_DELETE)
    static final class Prompts extends FeatureController<PromptView> {
        Prompts(Reach reach) {
            super(reach, PromptView::of);
        }
    }
}
