// What stands there when a page itself broke: said, with a way out.
import { Button } from "@mantine/core";
import { useNavigate, useRouteError } from "react-router";
import { Page } from "@/shared/page";
import { routes } from "@/shared/routes";
import { ErrorNote } from "@/shared/states";

export function Broken() {
  const error = useRouteError();
  const navigate = useNavigate();
  return (
    <Page title="This page broke" lead="Syncing goes on in the background; only the window is affected." narrow>
      <ErrorNote error={error}>
        <Button size="xs" onClick={() => void navigate(routes.home)}>
          Back to the start
        </Button>
      </ErrorNote>
    </Page>
  );
}
