// The few icons there are, drawn here so that nothing is loaded from elsewhere. All are decoration: the words beside
// them carry the meaning.
import type { ReactNode } from "react";

type IconProps = { size?: number };

function Icon({ size = 16, children }: IconProps & { children: ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const SyncIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M13 3v3h-3M3 13v-3h3M12.6 6A5 5 0 0 0 4 4.6M3.4 10A5 5 0 0 0 12 11.4" />
  </Icon>
);
export const PauseIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.5 3.5v9M10.5 3.5v9" />
  </Icon>
);
export const PlayIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5 3.5v9l7-4.5z" />
  </Icon>
);
export const StopIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="4" y="4" width="8" height="8" rx="1" />
  </Icon>
);
export const MoreIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />
  </Icon>
);
export const PlusIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 3.5v9M3.5 8h9" />
  </Icon>
);
export const KeyIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="5.5" cy="10.5" r="2.5" />
    <path d="M7.5 8.5l5-5M10.5 5.5l2 2" />
  </Icon>
);
export const ActivityIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2 8h3l2-4.5 2.5 9L11.5 8H14" />
  </Icon>
);
export const GearIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 5h6M12 5h1.500M2.5 11H4M7.5 11h6" />
    <circle cx="10" cy="5" r="1.7" />
    <circle cx="5.7" cy="11" r="1.7" />
  </Icon>
);
export const CopyIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.500v-1.500a1.5 1.5 0 0 0-1.5-1.500H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.500h1.5" />
  </Icon>
);
export const CheckIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3.5 8.500l3 3 6-7" />
  </Icon>
);
export const CrossIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4 4l8 8M12 4l-8 8" />
  </Icon>
);
export const ChevronDownIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M4.5 6.500L8 10l3.5-3.5" />
  </Icon>
);
export const ChevronRightIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M6.5 4.500L10 8l-3.5 3.5" />
  </Icon>
);
export const ArrowUpIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 12.500v-9M4.5 7L8 3.5 11.5 7" />
  </Icon>
);
export const ArrowDownIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 3.500v9M4.5 9L8 12.5 11.5 9" />
  </Icon>
);
export const FilterIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 4h11M4.5 8h7M6.5 12h3" />
  </Icon>
);
export const PinIcon = ({ filled = false, ...props }: IconProps & { filled?: boolean }) => (
  <Icon {...props}>
    <path d="M5.5 2.5h5M6.5 2.5V7L4.5 9.5h7L9.5 7V2.5z" fill={filled ? "currentColor" : "none"} />
    <path d="M8 9.5v4" />
  </Icon>
);
export const ColumnsIcon = (props: IconProps) => (
  <Icon {...props}>
    <rect x="2.5" y="3" width="11" height="10" rx="1" />
    <path d="M6.2 3v10M9.8 3v10" />
  </Icon>
);
export const ExportIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M8 2.500v7.500M5 7l3 3 3-3M3 12.500v1h10v-1" />
  </Icon>
);
export const FolderIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M2.5 12.500v-9h4l1.5 2h5.500v7z" />
  </Icon>
);
export const FlaskIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M6 2.500h4M6.7 2.500v4L3.3 12a1 1 0 0 0 .9 1.500h7.600a1 1 0 0 0 .9-1.500L9.3 6.500v-4M5 10h6" />
  </Icon>
);
export const PlugIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M5.5 2.500v3M10.5 2.500v3M4 5.500h8v2a4 4 0 0 1-8 0zM8 11.500v2" />
  </Icon>
);
export const BackIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M9.5 4L5.5 8l4 4" />
  </Icon>
);
export const SearchIcon = (props: IconProps) => (
  <Icon {...props}>
    <circle cx="7" cy="7" r="4" />
    <path d="M10 10l3.5 3.5" />
  </Icon>
);
export const TrashIcon = (props: IconProps) => (
  <Icon {...props}>
    <path d="M3 4.500h10M6.5 4.500v-2h3v2M4.5 4.500l.5 9h6l.5-9" />
  </Icon>
);
