// The look: one accent, quiet greys, and colours of our own where Mantine's miss the contrast that WCAG AA asks for.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#eef3ff",
  "#dbe5fd",
  "#b7c9f8",
  "#90abf3",
  "#6d90ee",
  "#4f77e3",
  "#3a63d6",
  "#2b53c2",
  "#2246a6",
  "#193684",
];

const dark: MantineColorsTuple = [
  "#e7e9ec",
  "#c6cbd2",
  "#9fa8b3",
  "#6c7682",
  "#3a4049",
  "#2c3138",
  "#23272d",
  "#17191d",
  "#131518",
  "#0f1113",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark },
  // The system's own, and no names beside it: WebKitGTK asks fontconfig for every name that is not there, again for each
  // weight, and opening the window took 100 ms of processor time more.
  fontFamily: "system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, monospace",
  headings: { fontWeight: "600" },
  defaultRadius: "sm",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  components: {
    Button: { defaultProps: { size: "sm", fw: 500 } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } },
      styles: { title: { fontWeight: 600 } },
    },
    SegmentedControl: { styles: { label: { fontWeight: 500 } } },
    Menu: { defaultProps: { shadow: "md", position: "bottom-end" } },
  },
});

const light = {
  "--es-nav": "#f5f6f8",
  "--es-hover": "#eceef2",
  "--es-line": "#e2e5ea",
  "--es-edge": "#b4bcc8",
  "--es-muted": "#5a636e",
  "--es-accent": "#2b53c2",
  "--es-selected": "#e4ebfd",
  "--es-good": "#18794e",
  "--es-warn": "#8f5300",
  "--es-bad": "#bd2626",
  "--es-bad-fill": "#bd2626",
  "--es-bar": "#8fa8e8",
  "--es-warn-soft": "#fff6e5",
  "--es-bad-soft": "#fdeeee",
};
const night = {
  "--es-nav": "#1c1f24",
  "--es-hover": "#272b32",
  "--es-line": "#2d323a",
  "--es-edge": "#4b535f",
  "--es-muted": "#a0a9b4",
  "--es-accent": "#93adff",
  "--es-selected": "#263357",
  "--es-good": "#4fc48c",
  "--es-warn": "#e8ad52",
  "--es-bad": "#f58a86",
  "--es-bad-fill": "#b93a37",
  "--es-bar": "#4e6bbd",
  "--es-warn-soft": "#2f2718",
  "--es-bad-soft": "#33201f",
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...light,
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#1b1e23",
    "--mantine-color-dimmed": light["--es-muted"],
    "--mantine-color-placeholder": "#69727d",
    "--mantine-color-error": light["--es-bad"],
    "--mantine-color-anchor": light["--es-accent"],
    "--mantine-color-default-border": "#cfd4db",
  },
  dark: {
    ...night,
    "--mantine-color-body": "#17191d",
    "--mantine-color-text": "#e7e9ec",
    "--mantine-color-dimmed": night["--es-muted"],
    "--mantine-color-placeholder": "#929ba6",
    "--mantine-color-error": night["--es-bad"],
    "--mantine-color-anchor": night["--es-accent"],
    "--mantine-color-default": "#23272d",
    "--mantine-color-default-hover": "#2b3037",
    "--mantine-color-default-border": "#3d444e",
  },
});
