# TC-GW-003: Gateway with OAuth Authorization Code (Per-User Tokens)
# Verify authorization_code flow uses per-user tokens.
#
# Expected results:
# - Gateway requires user to complete OAuth flow
# - Per-user tokens stored in TokenStorageService
# - Requests to upstream use user-specific tokens

# Step 1: Register gateway with authorization_code
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
-H "Content-Type: application/json" \
-d '{
"name": "oauth-ac-gateway",
"url": "https://upstream-mcp.example.com/sse",
"transport": "SSE",
"auth_type": "oauth",
"oauth_config": {
"grant_type": "authorization_code",
"authorization_url": "https://auth.example.com/authorize",
"token_url": "https://auth.example.com/oauth/token",
"client_id": "my-client-id",
"client_secret": "my-client-secret",
"redirect_uri": "http://localhost:4444/oauth/callback",
"scope": "openid profile"
},
"visibility": "public"
}' \
http://localhost:4444/gateways | jq .
GATEWAY_ID=$(curl -s -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/gateways | jq -r '.[] | select(.name == "oauth-ac-gateway") | .id')
# Step 2: Initiate OAuth flow for user
# User must complete OAuth authorization:
echo "OAuth authorization URL: http://localhost:4444/oauth/authorize/$GATEWAY_ID"
# Step 3: After OAuth completion, tokens are stored per-user
# The gateway will use app_user_email to retrieve user-specific tokens
